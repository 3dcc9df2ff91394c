import { describe, expect, test } from "vitest";
import { systemClock } from "#lib/system-clock";
import { GatewayTelemetry, type MeasuredLayers } from "./gateway-telemetry.ts";
import { statsDocument } from "./stats-document.ts";

const EVERYTHING: MeasuredLayers = { router: true, pipe: true, backend: true };

function telemetryOf(measured: Partial<MeasuredLayers> = {}): GatewayTelemetry {
  return new GatewayTelemetry({
    clock: systemClock,
    registry: null,
    measured: { ...EVERYTHING, ...measured },
  });
}

/** One request to one endpoint with one backend. */
function serveOne(telemetry: GatewayTelemetry): void {
  const endpoint = telemetry.endpoint("/users/:id");
  const pipe = telemetry.pipe("/users/:id");
  const backend = telemetry.backend("/u/{{.Id}}");
  telemetry.requestBegan(null);
  backend.record(true, false, 2);
  pipe.record(true, false, 3);
  endpoint.record(200, 17, 4);
  telemetry.requestEnded();
}

function keysOf(document: string): string[] {
  return Array.from(document.matchAll(/^"((?:[^"\\]|\\.)*)": /gm), (match) => match[1] ?? "");
}

const HISTOGRAM =
  "count min max mean std-dev 50-percentile 75-percentile 95-percentile 99-percentile 999-percentile".split(
    " ",
  );
const TIMER = [...HISTOGRAM, "one-minute", "five-minute", "fifteen-minute", "mean-rate"];
const MEMSTATS =
  "Alloc TotalAlloc Sys Lookups Mallocs Frees HeapAlloc HeapSys HeapIdle HeapInuse HeapReleased HeapObjects StackInuse StackSys MSpanInuse MSpanSys MCacheInuse MCacheSys BuckHashSys NextGC LastGC PauseTotalNs NumGC DebugGC EnableGC GCCPUFraction".split(
    " ",
  );

function expanded(prefix: string, suffixes: readonly string[]): string[] {
  return suffixes.map((suffix) => `${prefix}.${suffix}`);
}

function layerKeys(layer: string, name: string): string[] {
  return ["true", "false"].flatMap((complete) =>
    ["true", "false"].flatMap((error) => {
      const series = `layer.${layer}.name.${name}.complete.${complete}.error.${error}`;
      return [
        `krakend.proxy.requests.${series}`,
        ...expanded(`krakend.proxy.latency.${series}`, HISTOGRAM),
      ];
    }),
  );
}

function serviceKeys(): string[] {
  const debug = "krakend.service.debug";
  const runtime = "krakend.service.runtime";
  return [
    ...expanded(debug, ["GCStats.LastGC", "GCStats.NumGC", "GCStats.PauseTotal"]),
    ...expanded(`${debug}.GCStats.Pause`, HISTOGRAM),
    ...expanded(`${debug}.ReadGCStats`, TIMER),
    ...expanded(`${runtime}.MemStats`, MEMSTATS),
    ...expanded(`${runtime}.MemStats.PauseNs`, HISTOGRAM),
    ...expanded(runtime, ["NumCgoCall", "NumGoroutine", "NumThread"]),
    ...expanded(`${runtime}.ReadMemStats`, TIMER),
  ];
}

const ROUTER = ["connected", "disconnected"].flatMap((name) =>
  ["", "-gauge", "-total"].map((suffix) => `krakend.router.${name}${suffix}`),
);
const RESPONSE = "krakend.router.response./users/:id";

describe("the stats document", () => {
  test("has after one request to one endpoint exactly these 198 keys, in byte order", () => {
    using telemetry = telemetryOf();
    serveOne(telemetry);
    const keys = keysOf(statsDocument(telemetry));
    expect(serviceKeys()).toHaveLength(80);
    const expected = [
      "cmdline",
      "memstats",
      ...ROUTER,
      ...serviceKeys(),
      `${RESPONSE}.status`,
      `${RESPONSE}.status.200.count`,
      ...expanded(`${RESPONSE}.size`, HISTOGRAM),
      ...expanded(`${RESPONSE}.time`, HISTOGRAM),
      ...layerKeys("pipe", "/users/:id"),
      ...layerKeys("backend", "/u/{{.Id}}"),
    ];
    expect(keys).toHaveLength(198);
    expect(keys).toEqual(
      expected.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    );
  });

  test("is one line a key between braces of their own", () => {
    using telemetry = telemetryOf();
    const lines = statsDocument(telemetry).split("\n");
    expect([lines[0], lines.at(-2), lines.at(-1)]).toEqual(["{", "}", ""]);
    expect(lines[1]).toMatch(/^"cmdline": \[".*"\],$/);
    expect(lines.at(-3)).toMatch(/^"memstats": \{"Alloc":.*\}$/);
    expect(lines.slice(1, -3).every((line) => line.endsWith(","))).toBe(true);
  });

  test("shows counts at once, and windows until they are collected", () => {
    using telemetry = telemetryOf();
    serveOne(telemetry);
    serveOne(telemetry);
    const before = JSON.parse(statsDocument(telemetry)) as Record<string, unknown>;
    telemetry.collect();
    const after = JSON.parse(statsDocument(telemetry)) as Record<string, unknown>;
    const pipe = "layer.pipe.name./users/:id.complete.true.error.false";
    const shown = (document: Record<string, unknown>) => [
      document["krakend.router.connected"],
      document["krakend.router.connected-gauge"],
      document["krakend.router.connected-total"],
      document[`krakend.proxy.requests.${pipe}`],
      document[`krakend.proxy.latency.${pipe}.count`],
      document[`krakend.proxy.latency.${pipe}.mean`],
      document[`${RESPONSE}.size.max`],
      document[`${RESPONSE}.status.200.count`],
      document[`${RESPONSE}.status`],
    ];
    expect(shown(before)).toEqual([2, 0, 0, 2, 2, 3e6, 17, 2, 0]);
    expect(shown(after)).toEqual([0, 2, 2, 2, 0, 0, 0, 2, 0]);
  });

  test("keeps every digit of integers above 2^53", async () => {
    using telemetry = telemetryOf();
    await expect
      .poll(() => {
        Array.from({ length: 1_000_000 }, () => ({}));
        return telemetry.service.pauses.count;
      })
      .toBeGreaterThan(0);
    telemetry.collect();
    const lastNs = telemetry.service.pauses.lastEndNs;
    expect(lastNs).toBeGreaterThan(2n ** 53n);
    const document = statsDocument(telemetry);
    expect(document).toContain(`"krakend.service.debug.GCStats.LastGC": ${lastNs},`);
    expect(document).toContain(`"LastGC":${telemetry.service.pauses.lastEndNs}`);
  });

  test("has the original's memstats, filled from Node", () => {
    using telemetry = telemetryOf();
    telemetry.collect();
    const { memstats } = JSON.parse(statsDocument(telemetry)) as {
      memstats: Record<string, unknown>;
    };
    expect(Object.keys(memstats)).toEqual(
      "Alloc TotalAlloc Sys Lookups Mallocs Frees HeapAlloc HeapSys HeapIdle HeapInuse HeapReleased HeapObjects StackInuse StackSys MSpanInuse MSpanSys MCacheInuse MCacheSys BuckHashSys GCSys OtherSys NextGC LastGC PauseTotalNs PauseNs PauseEnd NumGC NumForcedGC GCCPUFraction EnableGC DebugGC BySize".split(
        " ",
      ),
    );
    expect(memstats["PauseNs"]).toHaveLength(256);
    expect(memstats["PauseEnd"]).toHaveLength(256);
    expect(memstats["BySize"]).toHaveLength(61);
    expect(memstats["Alloc"]).toBeGreaterThan(1e6);
    expect(memstats["Sys"]).toBeGreaterThan(1e6);
  });

  test.each([
    ["router", { router: false }, /^krakend\.router\.(?:response|tls)/],
    ["proxy", { pipe: false }, /layer\.pipe/],
    ["backend", { backend: false }, /layer\.backend/],
  ] as const)("%s_disabled takes away that layer alone", (_flag, off, gone) => {
    using whole = telemetryOf();
    using telemetry = telemetryOf(off);
    serveOne(whole);
    serveOne(telemetry);
    const kept = keysOf(statsDocument(whole)).filter((key) => !gone.test(key));
    expect(keysOf(statsDocument(telemetry))).toEqual(kept);
    expect(kept.length).toBeLessThan(198);
  });

  test("with all layers off, the connections stay, always 0", () => {
    using telemetry = telemetryOf({ router: false, pipe: false, backend: false });
    serveOne(telemetry);
    telemetry.collect();
    const document = JSON.parse(statsDocument(telemetry)) as Record<string, unknown>;
    expect(Object.keys(document)).toHaveLength(2 + 6 + 80);
    expect(ROUTER.map((key) => document[key])).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test("names TLS versions as the original does, and ciphers by their own names", () => {
    using telemetry = telemetryOf();
    telemetry.requestBegan({ version: "TLSv1.3", cipher: "TLS_AES_128_GCM_SHA256" });
    telemetry.requestBegan({ version: "TLSv1.2", cipher: "" });
    const keys = keysOf(statsDocument(telemetry)).filter((key) => key.includes(".tls_"));
    expect(keys).toEqual([
      "krakend.router.tls_cipher..count",
      "krakend.router.tls_cipher.TLS_AES_128_GCM_SHA256.count",
      "krakend.router.tls_version.VersionTLS12.count",
      "krakend.router.tls_version.VersionTLS13.count",
    ]);
  });
});
