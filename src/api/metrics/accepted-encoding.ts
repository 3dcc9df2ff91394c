import type { SnapshotEncoding } from "#snapshot";

/**
 * The encoding that an Accept-Encoding asks for (RFC 9110 §12.5.3), of the two that are offered:
 * gzip where it is listed (or `*` is) with a weight above zero and not below identity's.
 */
export function acceptedEncoding(header: string | null): SnapshotEncoding {
  if (header === null) return "identity";
  const weights = new Map<string, number>();
  for (const entry of header.split(",")) {
    const [coding = "", ...parameters] = entry.split(";");
    const name = coding.trim().toLowerCase();
    // RFC 9110 §8.4.1.3: x-gzip is the old name.
    weights.set(name === "x-gzip" ? "gzip" : name, weightOf(parameters));
  }
  const gzip = weights.get("gzip") ?? weights.get("*") ?? 0;
  const identity = weights.get("identity") ?? 0;
  return gzip > 0 && gzip >= identity ? "gzip" : "identity";
}

/** Weights that are no weights count as nothing: what cannot be read is not wished for. */
function weightOf(parameters: readonly string[]): number {
  for (const parameter of parameters) {
    const match = /^\s*q\s*=\s*(.*?)\s*$/i.exec(parameter);
    if (match === null) continue;
    const text = match[1] ?? "";
    return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(text) ? Number(text) : 0;
  }
  return 1;
}
