import { OperatingError } from "./operating-error.ts";
import type { WireError } from "./rpc-messages.ts";

/** What goes over the wire for a thrown value. */
export function toWireError(thrown: unknown): WireError {
  if (thrown instanceof OperatingError) {
    return { code: thrown.code, message: thrown.message, stack: null };
  }
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return { code: null, message: error.message, stack: error.stack ?? null };
}

/** The error that a caller on this side shall see. */
export function fromWireError(wire: WireError): Error {
  if (wire.code !== null) return new OperatingError(wire.code, wire.message);
  const error = new Error(wire.message);
  if (wire.stack !== null) error.stack = wire.stack;
  return error;
}
