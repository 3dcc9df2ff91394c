import type { Json } from "./control-api.ts";

/** One value on one line. */
export function toWireLine(value: Json): Uint8Array {
  return Buffer.from(`${JSON.stringify(value)}\n`);
}
