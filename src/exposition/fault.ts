import type { ExpositionErrorCode } from "./exposition-error.ts";

/**
 * Thrown inside the parsers by functions that know a byte position and not the line: the parser
 * that drives them turns it into an `ExpositionError`.
 */
export class Fault extends Error {
  readonly position: number;
  readonly code: ExpositionErrorCode;

  constructor(position: number, reason: string, code: ExpositionErrorCode = "exposition_syntax") {
    super(reason);
    this.position = position;
    this.code = code;
  }
}

/** The column of a byte position, counted in characters from 1: bytes that continue one are skipped. */
export function columnOf(bytes: Uint8Array, lineStart: number, position: number): number {
  let column = 1;
  for (let i = lineStart; i < position; i++) {
    if (((bytes[i] ?? 0) & 0xc0) !== 0x80) column += 1;
  }
  return column;
}
