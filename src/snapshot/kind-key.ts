import type { SnapshotRequest } from "./snapshot-source.ts";

/** Which body of a series list: the list itself stands for the entitlement and the escaping. */
export function kindKey({ format, encoding, timestamps }: SnapshotRequest): string {
  return `${format} ${encoding} ${timestamps ? "timed" : "plain"}`;
}
