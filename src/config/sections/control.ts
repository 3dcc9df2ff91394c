import { join } from "node:path";
import type { ListenOptions } from "#http";
import { section } from "../schema/collections.ts";
import { socketPathOrOff } from "../schema/scalars.ts";
import { optional, type ValueOf } from "../schema/schema.ts";

export const controlSchema = section({
  socket: optional(
    socketPathOrOff(),
    "The Unix socket through which the command line talks to a running server; off for none. Without it: control.sock in storage.path.",
  ),
});

export interface ControlConfig {
  readonly listen: ListenOptions & { readonly kind: "unix" };
}

export function toControlConfig(
  values: ValueOf<typeof controlSchema>,
  storagePath: string,
): ControlConfig | null {
  if (values.socket === "off") return null;
  const path = values.socket ?? join(storagePath, "control.sock");
  return { listen: { kind: "unix", path } };
}
