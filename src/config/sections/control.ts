import { join } from "node:path";
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
  readonly socketPath: string;
}

export function toControlConfig(
  values: ValueOf<typeof controlSchema>,
  storagePath: string,
): ControlConfig | null {
  if (values.socket === "off") return null;
  return { socketPath: values.socket ?? join(storagePath, "control.sock") };
}
