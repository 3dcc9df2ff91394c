import { open } from "node:fs/promises";
import { ScrapeError } from "../scrape-error.ts";
import type { TextSource } from "../scrape-config.ts";

/** No secret or certificate bundle is larger; a device file must not fill the memory. */
const FILE_BYTES_MAX = 1 << 20;

/** The text as it is now: files are read anew, so that a rotated secret is used at once, and trimmed. */
export async function readTextSource(source: TextSource): Promise<string> {
  if (source.kind === "inline") return source.value;
  try {
    await using file = await open(source.path, "r");
    const buffer = Buffer.alloc(FILE_BYTES_MAX + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length);
      if (bytesRead === 0) break;
      length += bytesRead;
      if (length > FILE_BYTES_MAX) throw new Error(`is larger than ${FILE_BYTES_MAX} bytes`);
    }
    return buffer.toString("utf8", 0, length).trim();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ScrapeError(
      "scrape_credentials",
      `unable to read file ${source.path}: ${reason}`,
      cause,
    );
  }
}

/** Null stays null. */
export async function readOptionalText(source: TextSource | null): Promise<string | null> {
  return source === null ? null : await readTextSource(source);
}
