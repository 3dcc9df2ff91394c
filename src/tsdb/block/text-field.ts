import type { ByteReader } from "../chunk/byte-reader.ts";
import type { ByteWriter } from "../chunk/byte-writer.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** UTF-8 with its length in bytes before it. */
export function writeText(text: string, out: ByteWriter): void {
  const bytes = encoder.encode(text);
  out.writeVarint(bytes.length);
  out.writeBytes(bytes);
}

export function readText(reader: ByteReader): string {
  return decoder.decode(reader.readBytes(reader.readVarint()));
}
