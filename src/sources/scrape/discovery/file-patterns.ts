import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Files that match, sorted. `*` stands for any text within the last part of the path. */
export async function filesMatching(pattern: string): Promise<string[]> {
  const name = basename(pattern);
  if (!name.includes("*")) return [pattern];
  const folder = dirname(pattern);
  const matches = nameTest(name);
  const entries = await readdir(folder).catch(() => []);
  return entries
    .filter(matches)
    .toSorted()
    .map((entry) => join(folder, entry));
}

/** Piece by piece from the left, so that no name takes more than linear time. */
function nameTest(pattern: string): (name: string) => boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop() ?? "";
  return (name) => {
    if (!name.startsWith(first) || !name.endsWith(last)) return false;
    const end = name.length - last.length;
    let position = first.length;
    for (const piece of rest) {
      const at = name.indexOf(piece, position);
      if (at < 0) return false;
      position = at + piece.length;
    }
    return position <= end;
  };
}
