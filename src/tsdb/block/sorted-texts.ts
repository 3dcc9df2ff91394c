import { compareUtf8 } from "#model";
import type { EventLoopTurns } from "./event-loop-turns.ts";

const SORTED_RUN = 2048;

/**
 * Sorts by UTF-8 bytes, a merge sort that gives the event loop its turns: label values can be a
 * hundred thousand.
 */
export async function sortTexts(texts: Iterable<string>, turns: EventLoopTurns): Promise<string[]> {
  let runs: string[][] = [];
  let run: string[] = [];
  for (const text of texts) {
    if (run.push(text) < SORTED_RUN) continue;
    runs.push(run.toSorted(compareUtf8));
    run = [];
    if (turns.due()) await turns.pass();
  }
  runs.push(run.toSorted(compareUtf8));
  while (runs.length > 1) {
    const merged: string[][] = [];
    for (let i = 0; i < runs.length; i += 2) {
      merged.push(await mergeRuns(runs[i] ?? [], runs[i + 1] ?? [], turns));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

async function mergeRuns(
  a: readonly string[],
  b: readonly string[],
  turns: EventLoopTurns,
): Promise<string[]> {
  const merged: string[] = [];
  let j = 0;
  for (const text of a) {
    while (j < b.length && compareUtf8(b[j] as string, text) < 0) merged.push(b[j++] as string);
    merged.push(text);
    if ((merged.length & 0xff) === 0 && turns.due()) await turns.pass();
  }
  while (j < b.length) merged.push(b[j++] as string);
  return merged;
}
