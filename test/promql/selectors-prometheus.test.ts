import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseSelector, PromqlSyntaxError } from "#promql";
import { peerOrSkip, startPrometheus } from "../peers/index.ts";

/**
 * Prometheus' own verdict on the same texts. A selector is a text that it takes both as a query and
 * as `match[]`: the one checks names and empty matchers, the other that there is nothing but a
 * selector.
 */
async function prometheusAccepts(url: string, text: string): Promise<boolean> {
  const ask = async (path: string, parameters: Record<string, string>): Promise<boolean> => {
    const body = new URLSearchParams(parameters);
    const answer = await fetch(`${url}${path}`, { method: "POST", body });
    return ((await answer.json()) as { status: string }).status === "success";
  };
  return (
    (await ask("/api/v1/series", { "match[]": text, limit: "1" })) &&
    (await ask("/api/v1/query", { query: text }))
  );
}

/** Null where we take the text. */
function ourReason(text: string): string | null {
  try {
    parseSelector(text);
    return null;
  } catch (error) {
    if (error instanceof PromqlSyntaxError) return error.reason;
    throw error;
  }
}

/** Where we are stricter: labels are UTF-8 here, and have names. */
const STRICTER = ["string is not valid UTF-8", 'invalid label name ""'];

const PIECES =
  String.raw`{ { { } } } , = = =~ != !~ ! a up on by inf bool job:x __name__ "a" "" 'b\'' ${"`c`"} "a|" ".*" "[" "(?i)x"
  "\xff" "\u00e9" "\q" "d.e" # 1 . ( ) + é`.split(/\s+/);
const shaped = fc
  .array(
    fc.tuple(
      fc.constantFrom("a", "b", "__name__", '"c.d"', '""', "on"),
      fc.constantFrom("=", "!=", "=~", "!~"),
      fc.constantFrom('"a"', '""', '"a|"', "'.+'", '".*"', '"\\xff"'),
    ),
    { maxLength: 3 },
  )
  .map((matchers) => `{${matchers.map((parts) => parts.join("")).join(",")}}`);
const text = fc.oneof(
  fc
    .array(fc.constantFrom(...PIECES, " "), { minLength: 1, maxLength: 9 })
    .map((all) => all.join("")),
  fc.tuple(fc.constantFrom("", "up", "on", '"x"'), shaped).map((parts) => parts.join("")),
);

test(
  "takes the texts that Prometheus takes, and no others",
  { timeout: 300_000 },
  async ({ skip }) => {
    const binary = await peerOrSkip("prometheus", "sid", skip);
    await using prometheus = await startPrometheus(binary, "{}");
    let accepted = 0;
    for (const one of fc.sample(text, { numRuns: 600, seed: 2026 })) {
      const reason = ourReason(one);
      if (reason !== null && STRICTER.includes(reason)) continue;
      if (reason === null) accepted += 1;
      const theirs = await prometheusAccepts(prometheus.url, one);
      expect({ text: one, accepts: reason === null }).toEqual({ text: one, accepts: theirs });
    }
    expect(accepted).toBeGreaterThan(50);
  },
);
