/** The chunks as one text; fails where they are not UTF-8. */
export function renderedText(chunks: Iterable<Uint8Array>): string {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
    Buffer.concat([...chunks]),
  );
}
