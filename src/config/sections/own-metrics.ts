import type { ListenOptions } from "#http";
import { section } from "../schema/collections.ts";
import { listenAddressOrOff } from "../schema/scalars.ts";
import { defaulted, type ValueOf } from "../schema/schema.ts";

export const ownMetricsSchema = section({
  listen_address: defaulted(
    listenAddressOrOff(),
    "127.0.0.1:7071",
    "Where the process shows its own metrics, without authentication; off for nowhere.",
  ),
});

export interface OwnMetricsConfig {
  readonly listen: ListenOptions;
}

export function toOwnMetricsConfig(
  values: ValueOf<typeof ownMetricsSchema>,
): OwnMetricsConfig | null {
  const address = values.listen_address;
  return address === null ? null : { listen: { kind: "tcp", ...address } };
}
