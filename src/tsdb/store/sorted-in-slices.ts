import { EventLoopTurns } from "../block/event-loop-turns.ts";

const RUN_LENGTH = 4096;

/**
 * Sorts in place like `Uint32Array.sort`, but gives the event loop turns: sorting a million series by
 * labels takes seconds. Runs are sorted first, then merged pairwise.
 */
export async function sortInSlices(
  items: Uint32Array,
  compare: (a: number, b: number) => number,
): Promise<Uint32Array> {
  const turns = new EventLoopTurns();
  for (let at = 0; at < items.length; at += RUN_LENGTH) {
    items.subarray(at, at + RUN_LENGTH).sort(compare);
    if (turns.due()) await turns.pass();
  }
  let source: Uint32Array = items;
  let target: Uint32Array = new Uint32Array(items.length > RUN_LENGTH ? items.length : 0);
  for (let run = RUN_LENGTH; run < items.length; run *= 2) {
    for (let at = 0; at < items.length; at += run * 2) {
      let [a, b] = [at, Math.min(at + run, items.length)];
      const [aEnd, bEnd] = [b, Math.min(at + run * 2, items.length)];
      for (let to = at; to < bEnd; to++) {
        const takeA =
          b >= bEnd || (a < aEnd && compare(source[a] as number, source[b] as number) <= 0);
        target[to] = (takeA ? source[a++] : source[b++]) as number;
        if ((to & 1023) === 0 && turns.due()) await turns.pass();
      }
    }
    [source, target] = [target, source];
  }
  return source;
}
