import { section } from "../schema/collections.ts";
import { type ListenAddress, listenAddressOrOff } from "../schema/scalars.ts";
import { defaulted, type ValueOf } from "../schema/schema.ts";

export const ownMetricsSchema = section({
  listen_address: defaulted(
    listenAddressOrOff(),
    "127.0.0.1:7071",
    "Where the process shows its own metrics, without authentication; off for nowhere.",
  ),
});

export interface OwnMetricsConfig {
  readonly listenAddress: ListenAddress;
}

export function toOwnMetricsConfig(
  values: ValueOf<typeof ownMetricsSchema>,
): OwnMetricsConfig | null {
  const listenAddress = values.listen_address;
  return listenAddress === null ? null : { listenAddress };
}
