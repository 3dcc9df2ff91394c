import type { Random } from "./random.ts";

/** Pieces that steer a mutation towards the grammar's corners. */
const PIECES: readonly [string, ...string[]] = [
  "\n",
  ...'( ) { } [ ] , : @ - = == ! != =~ ^ % " \' ` \\ $ "x" le="1" {}'.split(" "),
  ..."1 1.5 5m 0x1f inf nan foo é by on bool offset and or sum rate".split(" "),
  ..."group_left ignoring without count_values timestamp".split(" "),
];

/** The text of a query with one or two of its tokens taken away, put in, replaced or swapped. */
export function mutated(query: string, random: Random): string {
  const tokens = query.split(/(\w+|\W)/u).filter((token) => token !== "");
  for (let left = random.integer(1, 2); left > 0; left--) {
    const at = random.integer(0, tokens.length - 1);
    const other = random.integer(0, tokens.length - 1);
    const token = tokens[at] ?? "";
    random.weighted<() => unknown>([
      [4, () => tokens.splice(at, 1)],
      [4, () => tokens.splice(at, 0, random.pick(PIECES))],
      [2, () => tokens.splice(at, 1, random.pick(PIECES))],
      [1, () => tokens.splice(at, 0, token)],
      [
        1,
        () => {
          tokens[at] = tokens[other] ?? "";
          tokens[other] = token;
        },
      ],
    ])();
  }
  return tokens.join("");
}
