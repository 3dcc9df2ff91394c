import type { ExpositionFormat } from "#exposition";

const utf8 = new TextEncoder();

/** xorshift32: the same numbers for the same seed. */
export function randomFrom(start: number): (below: number) => number {
  let state = start * 2_654_435_769 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** A valid document of each grammar, with everything in it. */
export const documents: readonly [ExpositionFormat, string][] = [
  [
    "openmetrics-1.0.0",
    [
      "# TYPE a_seconds histogram",
      "# UNIT a_seconds seconds",
      '# HELP a_seconds Time \\"spent\\"',
      'a_seconds_bucket{x="1",le="0.5"} 1 # {id="a # b"} 0.25 1.5',
      'a_seconds_bucket{x="1",le="+Inf"} 2 1.5e9',
      "# TYPE c counter",
      'c_total{p="\\\\\\"\\n}"} 17.25 # {} NaN',
      "c_created 1520430000.123",
      "g -1.5e-7 1520430000.123",
      "n NaN",
      "# EOF\n",
    ].join("\n"),
  ],
  [
    "text-0.0.4",
    [
      "# a comment\n\n#",
      "# HELP c_total Count \\\\ of\\nthings",
      "# TYPE c_total counter",
      'c_total { p = "\\\\\\"\\n}" , q="new\nline", } 17.25 1520430000123',
      "# TYPE s summary",
      's{quantile="0.5"}0.25',
      "s_count 3",
      '{"u.tf", "ü"="€"} +Inf',
      "\t g \t -1e+300 ",
      "last 1",
    ].join("\n"),
  ],
];

/** Pieces that steer a mutation towards the grammar's corners. */
const pieces = [
  "\n",
  "#",
  "# ",
  "# EOF\n",
  "{",
  "}",
  '"',
  "\\",
  ",",
  "=",
  " ",
  "  ",
  "\t",
  "\r",
  "\0",
  "\u00ff",
  "1e",
  "e5",
  ".",
  "-",
  "+",
  "nan",
  "infinity",
  "0x1",
  "_",
  ":",
  "# TYPE a gauge\n",
  "# HELP ",
  "🙂",
  '{a="b"}',
  " # {} 1",
  "9".repeat(400),
].map((piece) => utf8.encode(piece));

/** A document with one to four changes. */
export function mutated(source: Uint8Array, random: (below: number) => number): Uint8Array {
  let bytes = source;
  for (let step = 1 + random(4); step > 0; step--) {
    const at = random(bytes.length + 1);
    const other = random(bytes.length + 1);
    const [from, to] = [Math.min(at, other), Math.min(Math.max(at, other), at + 12)];
    const piece = pieces[random(pieces.length)] ?? new Uint8Array();
    switch (random(5)) {
      case 0:
        bytes = joined(bytes.subarray(0, at), piece, bytes.subarray(at));
        break;
      case 1:
        bytes = joined(bytes.subarray(0, from), bytes.subarray(to));
        break;
      case 2:
        bytes = joined(bytes.subarray(0, at), Uint8Array.of(random(256)), bytes.subarray(at + 1));
        break;
      case 3:
        bytes = joined(bytes.subarray(0, at), bytes.subarray(from, to), bytes.subarray(at));
        break;
      default:
        bytes = joined(bytes.subarray(0, at), piece, bytes.subarray(at + piece.length));
    }
  }
  return bytes;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}
