import { Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import { OperatingError } from "#lib/operating-error";
import { formatCount } from "./format-count.ts";
import { printJson } from "./print-json.ts";
import { printable } from "./printable.ts";
import { startProgress } from "./progress.ts";
import { reportError, UsageError } from "./report-error.ts";
import { printTable } from "./table.ts";
import { createTerminal, type Output } from "./terminal.ts";

/** An output that keeps what was written. */
function captured(
  stream: { isTTY?: boolean; columns?: number } = {},
  env: Record<string, string> = {},
): { output: Output; text: () => string } {
  let text = "";
  const writable = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  const output = createTerminal(Object.assign(writable, stream), writable, env).out;
  return { output, text: () => text };
}

describe("colours", () => {
  const red = "\u001b[31mx\u001b[39m";
  test.each([
    ["a pipe", {}, {}, "x"],
    ["a terminal", { isTTY: true }, {}, red],
    ["a terminal with NO_COLOR", { isTTY: true }, { NO_COLOR: "1" }, "x"],
    ["a terminal with an empty NO_COLOR", { isTTY: true }, { NO_COLOR: "" }, red],
    ["a dumb terminal", { isTTY: true }, { TERM: "dumb" }, "x"],
    ["a pipe with FORCE_COLOR", {}, { FORCE_COLOR: "1" }, red],
    ["a terminal with FORCE_COLOR=0", { isTTY: true }, { FORCE_COLOR: "0" }, "x"],
    ["both", {}, { FORCE_COLOR: "1", NO_COLOR: "1" }, red],
  ])("%s", (_name, stream, env, expected) => {
    expect(captured(stream, env).output.style("red", "x")).toBe(expected);
  });
});

describe("tables", () => {
  const columns = [
    { title: "NAME", value: (row: { name: string; count: number }) => row.name },
    {
      title: "SERIES",
      value: (row: { name: string; count: number }) => row.count,
      align: "right" as const,
    },
  ];

  test("columns are aligned by what is seen: wide characters, marks, emoji", () => {
    const { output, text } = captured();
    printTable(output, columns, [
      { name: "acme", count: 7 },
      { name: "株式会社", count: 1234 },
      { name: "cafe\u0301", count: 10 },
    ]);
    expect(text()).toBe(
      [
        "NAME      SERIES",
        "acme           7",
        "株式会社    1234",
        "cafe\u0301          10",
        "",
      ].join("\n"),
    );
  });

  test("a terminal's width is kept, a pipe gets everything", () => {
    const rows = [{ name: "x".repeat(30), count: 1 }];
    const terminal = captured({ isTTY: true, columns: 20 }, { NO_COLOR: "1" });
    printTable(terminal.output, columns, rows);
    expect(terminal.text().split("\n")[1]).toBe(`${"x".repeat(19)}…`);
    const pipe = captured();
    printTable(pipe.output, columns, rows);
    expect(pipe.text()).toContain("x".repeat(30));
  });

  test("escape sequences of others do not reach the terminal", () => {
    const { output, text } = captured();
    printTable(output, columns, [{ name: "a\u001b[2Jb\u202ec\n", count: 1 }]);
    expect(text()).toContain("a\\u{1b}[2Jb\\u{202e}c\\n");
    expect(printable("tab\tnul\0")).toBe("tab\\tnul\\u{0}");
  });
});

describe("errors", () => {
  test("an operating error is one sentence, and 1", () => {
    const { output, text } = captured();
    const error = new OperatingError("full", "the disk is full; make room");
    expect(reportError(output, error)).toBe(1);
    expect(text()).toBe("error: the disk is full; make room\n");
  });

  test("wrong usage is 2", () => {
    expect(reportError(captured().output, new UsageError("--from is after --to"))).toBe(2);
  });

  test("a bug comes with its stack", () => {
    const { output, text } = captured();
    expect(reportError(output, new TypeError("x is not a function"))).toBe(1);
    expect(text()).toMatch(/^error: this should not have happened: x is not a function\n +at /);
  });
});

function clockAt(): { nowMs: () => number; monotonicMs: () => number; at: number } {
  const clock = { at: 0, nowMs: () => clock.at, monotonicMs: () => clock.at };
  return clock;
}

describe("progress", () => {
  test("nothing in the first second; then a line now and then where there is no terminal", () => {
    const { output, text } = captured();
    const clock = clockAt();
    const progress = startProgress(output, {
      label: "Importing",
      unit: "samples",
      total: 20_000,
      clock,
    });
    for (clock.at = 0; clock.at <= 12_000; clock.at += 100) progress.update(clock.at);
    progress.stop();
    expect(text()).toBe(
      "Importing: 1,000 of 20,000 samples (5%)\nImporting: 11,000 of 20,000 samples (55%)\n",
    );
  });

  test("a bar on a terminal, gone when the work is over", () => {
    const { output, text } = captured({ isTTY: true, columns: 100 });
    const clock = clockAt();
    const progress = startProgress(output, {
      label: "Importing",
      unit: "samples",
      total: 4000,
      clock,
    });
    progress.update(10);
    expect(text()).toBe("");
    clock.at = 1500;
    progress.update(2000);
    expect(text()).toContain("Importing");
    expect(text()).toContain("50%  2,000/4,000 samples");
    progress.stop();
    // The last thing written clears the line.
    expect(text().lastIndexOf("\u001b[0K")).toBeGreaterThan(text().lastIndexOf("samples"));
  });
});

test("JSON is one line in a pipe and indented on a terminal", () => {
  const pipe = captured();
  printJson(pipe.output, { a: [1] });
  expect(pipe.text()).toBe('{"a":[1]}\n');
  const terminal = captured({ isTTY: true });
  printJson(terminal.output, { a: 1 });
  expect(terminal.text()).toBe('{\n  "a": 1\n}\n');
});

test("counts have separators", () => {
  expect([0, 999, 1000, 1234567.8].map(formatCount)).toEqual(["0", "999", "1,000", "1,234,567"]);
});
