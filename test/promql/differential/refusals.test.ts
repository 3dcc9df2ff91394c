import { expect, test } from "vitest";
import { ALL_PARSER_OPTIONS, parseExpression, PromqlSyntaxError } from "#promql";
import { peerOrSkip, startPrometheus } from "../../peers/index.ts";
import { render } from "./expression.ts";
import { ExpressionGenerator } from "./expression-generator.ts";
import { mutated } from "./mutated-query.ts";
import { Random } from "./random.ts";

/** `GAUGEWAY_DIFF_EXPRESSIONS=20000 GAUGEWAY_DIFF_SEED=7 npx vitest run test/promql/differential` */
const QUERIES = Number(process.env["GAUGEWAY_DIFF_EXPRESSIONS"] ?? 2000);
const SEED = Number(process.env["GAUGEWAY_DIFF_SEED"] ?? 20_261_128);
const ACCEPTED = "accepted";

/** As 3.5 does not know them yet. */
const OPTIONS = { ...ALL_PARSER_OPTIONS, extendedRangeSelectors: false, fillModifiers: false };

/** Where 3.14, whose words are ours, has found others than 3.5. */
const REWORDED: readonly (readonly [newer: RegExp | string, older: RegExp | string])[] = [
  [
    " in subquery or range selector, expected number, duration, step(), or range()",
    " in subquery selector, expected number or duration",
  ],
  [
    " in offset, expected number, duration, step(), or range()",
    " in offset, expected number or duration",
  ],
  ["<op:@>", '"<Item 57400>" <op:@>'],
  [/`\(\?s\)/, "`"],
  ["'\\x00'", "'\uFFFD'"],
];

/** What 3.5 reads otherwise: numbers and durations that are none, and functions that are newer. */
const READ_OTHERWISE = [
  /bad number or duration|error parsing number|duration string|unknown unit/,
  /expected ':'|unexpected colon|duration expression/,
  /\b(?:start|end|step|range|min_of|max_of|histogram_quantiles|first_over_time)\b/,
];

function ourVerdict(query: string): string {
  try {
    parseExpression(query, OPTIONS);
    return ACCEPTED;
  } catch (error) {
    if (error instanceof PromqlSyntaxError) return error.message;
    throw error;
  }
}

async function theirVerdict(url: string, query: string): Promise<string> {
  const body = new URLSearchParams({ query });
  const response = await fetch(`${url}/api/v1/parse_query`, { method: "POST", body });
  const { error } = (await response.json()) as { error?: string };
  return error?.replace(/^invalid parameter "query": /, "") ?? ACCEPTED;
}

function inOlderWords(verdict: string): string {
  return REWORDED.reduce(
    (text, [newer, older]) => text.replace(newer, () => String(older)),
    verdict,
  );
}

test(
  "broken queries are refused as Prometheus 3.5 does, in the same words and at the same place",
  { timeout: 120_000 + QUERIES * 20 },
  async ({ skip }) => {
    const binary = await peerOrSkip("prometheus", "sid", skip);
    await using prometheus = await startPrometheus(binary, "{}", [
      "--enable-feature=promql-experimental-functions,promql-duration-expr",
    ]);
    const random = new Random(SEED);
    const generator = new ExpressionGenerator(random, { isNew: true, hasHistograms: true });
    const differences: string[] = [];
    const count = { accepted: 0, same: 0 };
    for (let i = 0; i < QUERIES; i++) {
      const query = mutated(render(generator.query()), random);
      const ours = ourVerdict(query);
      const theirs = await theirVerdict(prometheus.url, query);
      if (theirs === ACCEPTED) count.accepted += 1;
      if (inOlderWords(ours) === theirs || ours === theirs) count.same += 1;
      else if (!READ_OTHERWISE.some((form) => form.test(ours + theirs + query))) {
        differences.push(`${JSON.stringify(query)}: ours ${ours}, theirs ${theirs}`);
      }
    }
    expect(differences).toEqual([]);
    expect(count.accepted).toBeGreaterThan(QUERIES * 0.05);
    expect(count.same).toBeGreaterThan(QUERIES * 0.95);
  },
);
