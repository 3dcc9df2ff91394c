import { BACKSLASH } from "./byte-class.ts";
import { Fault } from "./fault.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The bytes as text. Throws a `Fault` at `start` where they are not UTF-8. */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  if (end - start < 24) {
    const short = shortAscii(bytes, start, end);
    if (short !== null) return short;
  }
  try {
    return utf8.decode(bytes.subarray(start, end));
  } catch {
    throw new Fault(start, "the text is not valid UTF-8");
  }
}

/** A call of the decoder costs more than a few characters do. */
function shortAscii(bytes: Uint8Array, start: number, end: number): string | null {
  let text = "";
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte >= 0x80) return null;
    text += String.fromCharCode(byte);
  }
  return text;
}

/**
 * Resolves `\\`, `\n` and, in quoted strings, `\"`. Any other backslash stays as it is, as in
 * Prometheus and as OpenMetrics 1.0.0 asks of parsers.
 */
function unescapeText(text: string, quoted: boolean): string {
  if (!text.includes("\\")) return text;
  return text.replaceAll(/\\[\\n"]/g, (escape) => {
    if (escape === "\\n") return "\n";
    if (escape === "\\\\") return "\\";
    return quoted ? '"' : escape;
  });
}

/** Decodes and resolves escapes; the second step is skipped where there is no backslash. */
export function decodeEscaped(
  bytes: Uint8Array,
  start: number,
  end: number,
  quoted: boolean,
): string {
  const text = decodeText(bytes, start, end);
  for (let i = start; i < end; i++) {
    if (bytes[i] === BACKSLASH) return unescapeText(text, quoted);
  }
  return text;
}
