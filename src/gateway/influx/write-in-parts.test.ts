import { expect, test } from "vitest";
import { judgeAnswer, type WriteOutcome } from "./write-outcome.ts";
import { writeInParts } from "./write-in-parts.ts";

const LINES = ["a 1\n", "bb 2\n", "ccc 3\n", "dddd 4\n", "eeeee 5\n"];

function answer(status: number): WriteOutcome {
  return judgeAnswer({ status, text: "", version: "", retryAfterMs: null }, "v1");
}

/** A server that takes bodies up to a size, and what it has taken. */
async function written(bytesMax: number, poison = "-", status = 400) {
  const stored: string[] = [];
  const outcome = await writeInParts((lines) => {
    if (lines.length > bytesMax) return Promise.resolve(answer(413));
    if (lines.includes(poison)) return Promise.resolve(answer(status));
    stored.push(lines);
    return Promise.resolve(answer(204));
  }, LINES.join(""));
  return { stored: stored.join(""), parts: stored.length, outcome };
}

test.each([100, 20, 10, 8])(
  "lines arrive whole and in order where %d bytes are taken",
  async (max) => {
    const { stored, parts, outcome } = await written(max);
    expect(outcome).toEqual({ kind: "stored" });
    expect(stored).toBe(LINES.join(""));
    expect(parts).toBeGreaterThanOrEqual(Math.ceil(LINES.join("").length / max));
  },
);

test("a line that is too large by itself is refused alone", async () => {
  const { stored, outcome } = await written(7);
  expect(stored).toBe(LINES.slice(0, -1).join(""));
  expect(outcome).toMatchObject({ kind: "refused", status: 413, mayBePartial: true });
});

test("a part that is refused does not hold up the others", async () => {
  const { stored, outcome } = await written(8, "bb", 403);
  expect(stored).toContain("eeeee 5\n");
  expect(outcome).toMatchObject({ kind: "refused", status: 403, mayBePartial: true });
});

test("nothing at all was stored where every part is refused", async () => {
  const { stored, outcome } = await written(8, "\n", 401);
  expect(stored).toBe("");
  expect(outcome).toMatchObject({ kind: "refused", status: 401, mayBePartial: false });
});

test("a part that fails fails the whole, which is tried again", async () => {
  const { outcome } = await written(8, "ccc", 503);
  expect(outcome.kind).toBe("failed");
});
