const CHUNK_CHARS = 64 * 1024;
const CUT = ',"warnings":["results truncated due to limit"]';
const utf8 = new TextEncoder();

/**
 * Prometheus' envelope around entries that are JSON already, in chunks. Null: no limit. A list that
 * is cut says so; an object (of metadata) does not.
 */
export async function* writeEnvelope(
  entries: AsyncIterable<string>,
  shape: "list" | "object",
  limit: number | null,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const [open, close] = shape === "list" ? "[]" : "{}";
  let text = `{"status":"success","data":${open}`;
  let written = 0;
  let isCut = false;
  for await (const entry of entries) {
    isCut = written === limit;
    if (isCut) break;
    text += written === 0 ? entry : `,${entry}`;
    written += 1;
    if (text.length < CHUNK_CHARS) continue;
    yield utf8.encode(text);
    text = "";
  }
  yield utf8.encode(`${text}${close}${isCut && shape === "list" ? CUT : ""}}`);
}
