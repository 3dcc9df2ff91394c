import { Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import { OperatingError } from "#lib/operating-error";
import { Secret } from "#lib/secret";
import { createLogger, type LoggerOptions, type ServerLogger } from "./logger.ts";
import { createTerminal } from "./terminal/terminal.ts";

function captured(options: Partial<LoggerOptions> = {}, isTTY = false) {
  let text = "";
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  const output = createTerminal(stream, Object.assign(stream, { isTTY }), { NO_COLOR: "1" }).err;
  const logger: ServerLogger = createLogger({ level: "info", format: "auto", output, ...options });
  return { ...logger, text: () => text };
}

function records(text: string): Record<string, unknown>[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const { time: _time, ...record } = JSON.parse(line) as Record<string, unknown>;
      return record;
    });
}

describe("JSON", () => {
  test("facts, message, level; children add theirs", () => {
    const { log, text } = captured();
    log.child({ requestId: "r1" }).warn({ status: 503 }, "request refused");
    expect(records(text())).toEqual([
      { level: "warn", requestId: "r1", status: 503, msg: "request refused" },
    ]);
  });

  test("a level changed by a reload reaches loggers made before", () => {
    const { log, setLevel, text } = captured();
    const child = log.child({ part: "tsdb" });
    child.debug({}, "unseen");
    setLevel("debug");
    child.debug({}, "seen");
    setLevel("error");
    child.warn({}, "unseen");
    expect(records(text()).map((record) => record["msg"])).toEqual(["seen"]);
  });

  test("an operating error is told without its stack, a bug with it", () => {
    const { log, text } = captured();
    log.error({ error: new OperatingError("disk_full", "make room") }, "append failed");
    log.error({ error: new TypeError("x") }, "append failed");
    const [operating, bug] = records(text()).map((record) => record["error"]);
    expect(operating).toEqual({ code: "disk_full", message: "make room" });
    expect(bug).toMatchObject({ type: "TypeError", message: "x" });
    expect(bug).toHaveProperty("stack");
  });

  test("secrets are not written", () => {
    const { log, text } = captured();
    const canary = "hunter2";
    log.info(
      {
        secret: canary,
        wrapped: new Secret(canary),
        headers: { authorization: canary, cookie: canary },
        client: { id: "c", auth: { password: canary, client_secret: canary } },
      },
      "request",
    );
    expect(text()).not.toContain(canary);
    expect(text()).toContain('"id":"c"');
  });
});

describe("for people", () => {
  test("one line, with errors below", () => {
    const { log, text } = captured({}, true);
    log.info({ url: "http://x/?a=b c", count: 2 }, "listening");
    log.error({ error: new OperatingError("disk_full", "make room") }, "append failed");
    expect(text().replaceAll(/\d\d:\d\d:\d\d\.\d{3}/g, "TIME")).toBe(
      'TIME INFO  listening url="http://x/?a=b c" count=2\n' +
        "TIME ERROR append failed\n    disk_full: make room\n",
    );
  });

  test("control characters are made visible", () => {
    const { log, text } = captured({ format: "pretty" });
    log.info({ path: "/\u001b[2J\n" }, "request");
    expect(text()).not.toContain("\u001b");
    expect(text().split("\n")).toHaveLength(2);
  });
});
