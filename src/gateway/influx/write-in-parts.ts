import type { WriteOutcome } from "./write-outcome.ts";

type Write = (lines: string) => Promise<WriteOutcome>;

/** Writes lines, and in halves what is too large for the server, as long as there is more than one. */
export async function writeInParts(write: Write, lines: string): Promise<WriteOutcome> {
  const outcome = await write(lines);
  if (outcome.kind !== "refused" || outcome.status !== 413) return outcome;
  const cut = middleLineEnd(lines);
  if (cut === lines.length) return outcome;
  const first = await writeInParts(write, lines.slice(0, cut));
  if (first.kind === "failed") return first;
  return together(first, await writeInParts(write, lines.slice(cut)));
}

/** The end of the line before the middle, or of the first line. */
function middleLineEnd(lines: string): number {
  const before = lines.lastIndexOf("\n", lines.length / 2) + 1;
  return before === 0 ? lines.indexOf("\n") + 1 : before;
}

/** Half of it stored is not nothing: its counts must not come again. */
function together(first: WriteOutcome, second: WriteOutcome): WriteOutcome {
  if (second.kind === "failed") return second;
  const refused = first.kind === "refused" ? first : second;
  if (refused.kind === "stored" || first.kind === second.kind) return refused;
  return { ...refused, mayBePartial: true };
}
