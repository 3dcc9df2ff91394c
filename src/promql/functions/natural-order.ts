import { compareUtf8 } from "#model";

const CHUNK = /\d+|\D+/g;
const DIGITS = /^\d+$/;

/** Runs of digits compare as numbers, everything else byte by byte: `a2` comes before `a10`. */
export function compareNatural(a: string, b: string): number {
  const left = a.match(CHUNK) ?? [];
  const right = b.match(CHUNK) ?? [];
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i++) {
    const order = compareChunks(left[i] ?? "", right[i] ?? "");
    if (order !== 0) return order;
  }
  return left.length === right.length ? compareUtf8(a, b) : left.length - right.length;
}

function compareChunks(a: string, b: string): number {
  if (!DIGITS.test(a) || !DIGITS.test(b)) return compareUtf8(a, b);
  const x = a.replace(/^0+/, "");
  const y = b.replace(/^0+/, "");
  return x.length === y.length ? compareUtf8(x, y) : x.length - y.length;
}
