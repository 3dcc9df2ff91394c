/** The first `end` bytes, which are ASCII, as text; cheaper than a decoder for a few of them. */
export function asciiText(bytes: Uint8Array, end: number): string {
  let text = "";
  for (let i = 0; i < end; i++) text += String.fromCharCode(bytes[i] as number);
  return text;
}
