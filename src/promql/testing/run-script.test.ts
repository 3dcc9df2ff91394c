import { describe, expect, test } from "vitest";
import { createScriptEngine } from "./create-script-engine.ts";
import { runScript } from "./run-script.ts";
import { PromqlScriptError } from "./script-error.ts";

const LOAD = `load 1m
  m{i="1"} 0+1x10
  m{i="2"} 0+2x10
  gaps 1 _ 3 _x2 6 stale 8
  h {{schema:0 count:3 sum:6 buckets:[1 2]}}x10
`;

/** The failures of a script that begins with the data above. */
async function failuresOf(evaluation: string): Promise<(string | null)[]> {
  const found: (string | null)[] = [];
  for await (const { failure } of runScript(`${LOAD}\n${evaluation}`, createScriptEngine())) {
    found.push(failure);
  }
  return found;
}

describe("passes", () => {
  test.each([
    ['eval instant at 5m m\n  m{i="1"} 5\n  m{i="2"} 10'],
    ["eval instant at 5m sum(m)\n  {} 15"],
    ["eval instant at 5m 1 + 1\n  2"],
    ["eval instant 0x10\n  16"],
    ['eval instant "a"\n  expect string "a"'],
    ["eval instant at 5m absent_metric"],
    ["eval range from 0 to 3m step 1m sum(m)\n  {} 0 3 6 9"],
    ["eval range from 0 to 3m step 1m gaps offset 1s\n  gaps _ 1 1 3"],
    ["eval instant at 6m30s gaps"],
    ['eval_ordered instant at 5m sort_desc(m)\n  m{i="2"} 10\n  m{i="1"} 5'],
    ["eval_fail instant at 5m m + on() m"],
    ["eval instant at 5m rate(m)\n  expect fail regex:expected type range vector"],
    ["eval instant at 5m h\n  h {{schema:0 count:3 sum:6 buckets:[1 2 0]}}"],
    [
      "eval instant at 2m m{i='1'}[2m]\n  expect range vector from 1m to 2m step 1m\n  m{i=\"1\"} 1 2",
    ],
    [
      "eval instant at 5m quantile(2, m)\n  expect warn msg:PromQL warning: quantile value should be between 0 and 1, got 2 (1:10)\n  expect no_info\n  {} +Inf",
    ],
  ])("%s", async (evaluation) => {
    expect(await failuresOf(evaluation)).toEqual([null]);
  });
});

describe("finds", () => {
  test.each([
    ["a wrong value", "eval instant at 5m sum(m)\n  {} 16", "expected 16 but got {} 15"],
    ["a value off by more than rounding", "eval instant 1\n  1.00001", "expected the scalar"],
    ["a missing series", 'eval instant at 5m m{i="1"}\n  m{i="1"} 5\n  m{i="3"} 5', "missing"],
    ["an unexpected series", "eval instant at 5m m", 'unexpected m{i="1"} 5'],
    [
      "a wrong order",
      'eval_ordered instant at 5m sort(m)\n  m{i="2"} 10\n  m{i="1"} 5',
      "position",
    ],
    [
      "a missing point",
      "eval range from 0 to 2m step 1m sum(m)\n  {} 0 3",
      "expected 2 points, got 3",
    ],
    [
      "a point at another time",
      "eval range from 0 to 1m step 1m gaps\n  gaps 1 _",
      "expected 1 points",
    ],
    ["a failure", "eval instant at 5m m + on() m", "found duplicate series"],
    ["an answer instead of a failure", "eval_fail instant at 5m m", "expected to fail"],
    ["another failure", "eval instant rate(m)\n  expect fail msg:no", "but it failed with"],
    ["no warning", "eval instant at 5m m\n  expect warn", "expected a warning"],
    [
      "an unwanted warning",
      "eval instant quantile(2, m)\n  expect no_warn\n  {} +Inf",
      "unexpected",
    ],
    ["another string", 'eval instant "a"\n  expect string "b"', 'expected the string "b"'],
    ["other buckets", "eval instant at 5m h\n  h {{count:3 sum:6 buckets:[2 1]}}", "but got h"],
  ])("%s", async (_, evaluation, failure) => {
    const [found] = await failuresOf(evaluation);
    expect(found).toContain(failure);
  });

  test("what is wrong only in another form of the query", async () => {
    const engine = createScriptEngine();
    const forgetful = {
      ...engine,
      instant: async (query: string, ...rest: [never, number]) =>
        engine.instant(query.replace(/ @ [\d.]+/, ""), ...rest),
    };
    const outcomes = [];
    const script = `${LOAD}\neval instant at 5m sum(m)\n  {} 15`;
    for await (const { failure } of runScript(script, forgetful)) {
      outcomes.push(failure);
    }
    expect(outcomes[0]).toContain('(as "sum(m @ 300.000)" at');
  });
});

describe("says which line cannot be read", () => {
  test.each([
    ["nonsense", 'line 1: invalid command "nonsense"'],
    ["load", "line 1: invalid load command"],
    ["load 1x", 'line 1: invalid step definition "1x"'],
    ["load 1m\n  m 1 2y3", 'line 2: cannot read the series value "2y3"'],
    ["load 1m\n  m{a=1} 1", "line 2: 1:5: parse error: unexpected character inside braces"],
    ["load 1m\n  m@st 1s", "line 2: @st line has no following sample line"],
    ["load 1m\n  m@st 1s\n  m 1 2", "line 3: the @st line has 1 values"],
    ["load 1m\n  m {{nope:1}}", 'line 2: A histogram has no value "nope"'],
    ["load 1m\n  m 1x99999999", "line 2: x99999999 is too many items"],
    ["eval instant at 5m m\n  m 1 2", "line 2: an instant query gives one value a series"],
    ["eval instant at x m", 'line 1: invalid timestamp definition "x"'],
    ["eval instant m\n  expect nothing", "line 2: invalid expect statement"],
    ["eval instant m\n  expect warn\n  expect no_warn", "line 3: warn and no_warn"],
    ["eval range from 2m to 1m step 1m m", "line 1: end timestamp (1m) is before"],
  ])("%s", async (script, message) => {
    const run = async (): Promise<void> => {
      for await (const outcome of runScript(script, createScriptEngine()))
        expect(outcome).toBeDefined();
    };
    await expect(run()).rejects.toThrow(PromqlScriptError);
    await expect(run()).rejects.toThrow(message);
  });
});
