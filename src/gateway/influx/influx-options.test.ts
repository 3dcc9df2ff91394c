import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { Findings } from "../config/finding.ts";
import { readTelemetryOptions } from "../telemetry/telemetry-options.ts";
import { readInfluxOptions } from "./influx-options.ts";

function messagesOf(list: Findings["errors"]): string[] {
  return list.map(({ path, message }) => `${path.split(".").at(-1)} ${message}`);
}

function readInflux(influx: unknown) {
  const findings = new Findings();
  const options = readInfluxOptions({ "telemetry/influx": influx }, "/etc/krakend", findings);
  return { options, errors: messagesOf(findings.errors), warnings: messagesOf(findings.warnings) };
}

function readTelemetry(metrics: unknown) {
  const findings = new Findings();
  const options = readTelemetryOptions({ "telemetry/metrics": metrics }, findings);
  return { options, errors: findings.errors, warnings: findings.warnings };
}

const ADDRESS = "http://localhost:8086";

describe("telemetry/metrics", () => {
  test.each([[undefined], [null], ["on"], [[]]])("%j: nothing is measured", (value) => {
    expect(readTelemetry(value)).toEqual({ options: null, errors: [], warnings: [] });
  });

  test("an empty object is every default", () => {
    expect(readTelemetry({}).options).toEqual({
      collectionTimeMs: 60_000,
      statsListen: { kind: "tcp", host: "", port: 8090 },
      measured: { router: true, pipe: true, backend: true },
    });
  });

  test("the documented example is taken as it stands", () => {
    const { options, errors, warnings } = readTelemetry({
      collection_time: "30s",
      proxy_disabled: false,
      router_disabled: true,
      backend_disabled: false,
      endpoint_disabled: false,
      listen_address: "127.0.0.1:8090",
    });
    expect([errors, warnings]).toEqual([[], []]);
    expect(options).toEqual({
      collectionTimeMs: 30_000,
      statsListen: { kind: "tcp", host: "127.0.0.1", port: 8090 },
      measured: { router: false, pipe: true, backend: true },
    });
  });

  test.each([
    ["1m30s", 90_000],
    ["1.5s", 1500],
    ["1h15m30.918s", 4_530_918],
    ["150000µs", 150],
    ["150000μs", 150],
  ])("collection_time %s is %d ms", (text, expected) => {
    const { options, errors } = readTelemetry({ collection_time: text });
    expect(errors).toEqual([]);
    expect(options?.collectionTimeMs).toBeCloseTo(expected, 9);
  });

  test.each([["60"], ["1d"], ["soon"], [""]])(
    "collection_time %j warns and counts as 60s",
    (text) => {
      const { options, errors, warnings } = readTelemetry({ collection_time: text });
      expect(errors).toEqual([]);
      expect(warnings).toHaveLength(1);
      expect(options?.collectionTimeMs).toBe(60_000);
    },
  );

  test.each([[60], [true], ["0s"], ["0"], ["-5s"]])(
    "collection_time %j is refused in one line",
    (value) => {
      const { errors } = readTelemetry({ collection_time: value });
      expect(errors).toHaveLength(1);
      expect(errors[0]?.path).toBe("extra_config.telemetry/metrics.collection_time");
      expect(errors[0]?.message).toMatch(/a duration such as/);
      expect(errors[0]?.message).not.toContain("\n");
    },
  );

  test("a collection_time that no timer keeps warns and counts as 100ms", () => {
    const { options, errors, warnings } = readTelemetry({ collection_time: "10ns" });
    expect([errors.length, warnings.length, options?.collectionTimeMs]).toEqual([0, 1, 100]);
  });

  test("flags that are no booleans, addresses that are no texts and unknown keys warn", () => {
    const { options, errors, warnings } = readTelemetry({
      proxy_disabled: "true",
      listen_address: 8090,
      colection_time: "1s",
      "@comment": "ignored",
    });
    expect(errors).toEqual([]);
    expect(new Set(warnings.map(({ path }) => path.split(".").at(-1)))).toEqual(
      new Set(["colection_time", "listen_address", "proxy_disabled"]),
    );
    expect(options?.measured.pipe).toBe(true);
    expect(options?.statsListen).toEqual({ kind: "tcp", host: "", port: 8090 });
  });

  test("endpoint_disabled leaves out the listener alone", () => {
    expect(readTelemetry({ endpoint_disabled: true }).options?.statsListen).toBeNull();
  });
});

describe("telemetry/influx", () => {
  test("the documented example is taken as it stands", () => {
    const { options, errors, warnings } = readInflux({
      address: "http://influxdb:8086",
      ttl: "25s",
      buffer_size: 100,
      db: "krakend_db",
      username: "user",
      password: "password",
    });
    expect([errors, warnings]).toEqual([[], []]);
    expect(options).toMatchObject({ ttlMs: 25_000, bufferSize: 100, bufferFolder: null });
    expect(options?.target).toMatchObject({ kind: "v1", database: "krakend_db", username: "user" });
    expect(inspect(options, { depth: 9 })).not.toContain('"password"');
  });

  test("the defaults", () => {
    const { options } = readInflux({ address: ADDRESS });
    expect(options).toMatchObject({ ttlMs: 60_000, bufferSize: 0 });
    expect(options?.target).toMatchObject({ kind: "v1", database: "krakend", username: "" });
  });

  test.each([[{}], [{ address: 8086 }], [{ address: "influx:8086" }], [{ address: "udp://a:1" }]])(
    "%j: nothing is pushed, with one line that says why",
    (influx) => {
      const { options, errors, warnings } = readInflux(influx);
      expect([options, errors]).toEqual([null, []]);
      expect(warnings.filter((warning) => warning.includes("nothing is pushed"))).toHaveLength(1);
    },
  );

  test.each([
    ["soon", null, /nothing is pushed/],
    [25, 60_000, /counts as 1m/],
    ["10s", 10_000, /^$/],
  ] as const)("ttl %j", (ttl, expectedMs, warning) => {
    const { options, errors, warnings } = readInflux({ address: ADDRESS, ttl });
    expect(errors).toEqual([]);
    expect(options?.ttlMs ?? null).toBe(expectedMs);
    expect(warnings.join("\n")).toMatch(warning);
  });

  test.each([["0s"], ["-1s"]])("ttl %j is refused in one line", (ttl) => {
    expect(readInflux({ address: ADDRESS, ttl }).errors).toHaveLength(1);
  });

  // JSON and YAML make numbers of integers, TOML makes bigints of them.
  test.each([
    [60, 60, 0],
    [60n, 60, 0],
    [0, 0, 0],
    [-1, 0, 1],
    [1.5, 0, 1],
    ["60", 0, 1],
  ] as const)("buffer_size %s is %d batches", (buffer_size, expected, warningCount) => {
    const { options, warnings } = readInflux({ address: ADDRESS, buffer_size });
    expect(options?.bufferSize).toBe(expected);
    expect(warnings).toHaveLength(warningCount);
  });

  test("a token makes it native version 2; files are looked for beside the configuration", () => {
    const common = { address: ADDRESS, org: "my-org", bucket: "b" };
    expect(readInflux({ ...common, token: "t" }).options?.target).toMatchObject({
      kind: "v2",
      org: "my-org",
      bucket: "b",
    });
    expect(readInflux({ ...common, token_file: "token" }).options?.target).toMatchObject({
      token: { file: "/etc/krakend/token" },
    });
    expect(readInflux({ address: ADDRESS, org: "o" }).warnings).toHaveLength(1);
    expect(readInflux({ ...common, token: "t", username: "u" }).warnings).toHaveLength(1);
  });

  test("buffer_dir needs a buffer_size", () => {
    const influx = { address: ADDRESS, buffer_dir: "unsent" };
    expect(readInflux(influx)).toMatchObject({ options: { bufferFolder: null } });
    expect(readInflux(influx).warnings).toHaveLength(1);
    const sized = readInflux({ ...influx, buffer_size: 5 });
    expect(sized).toMatchObject({ options: { bufferFolder: "/etc/krakend/unsent" }, warnings: [] });
  });

  test("a user in the address counts where none is given", () => {
    const { options } = readInflux({ address: "http://u%40x:p@localhost:8086" });
    expect(options?.target).toMatchObject({ username: "u@x" });
  });
});
