import { describe, expect, test } from "vitest";
import { systemClock } from "#lib/system-clock";
import { GatewayTelemetry } from "../telemetry/gateway-telemetry.ts";
import type { WindowSnapshot } from "../telemetry/window-snapshot.ts";
import { createBatch } from "./batch.ts";
import { CountBaseline } from "./count-baseline.ts";
import { formatLine, integerField } from "./line-protocol.ts";

const MEASURED = { router: true, pipe: true, backend: true };

function telemetryOf(): GatewayTelemetry {
  return new GatewayTelemetry({ clock: systemClock, registry: null, measured: MEASURED });
}

function linesOf(
  snapshot: WindowSnapshot,
  timeSeconds: number,
  baseline = new CountBaseline(),
): string[] {
  return createBatch(snapshot, timeSeconds, "vm", baseline).lines.trimEnd().split("\n");
}

/** Lines that were captured from the original while it served these requests. */
describe("lines are the original's, byte for byte:", () => {
  test("counts and latencies of a pipe", () => {
    using telemetry = telemetryOf();
    const users = telemetry.pipe("/users/:id");
    for (let i = 0; i < 5; i++) users.record(true, false, 1);
    const slow = telemetry.pipe("/slow");
    slow.record(true, false, 7502.124341);
    slow.record(true, false, 6.572086);
    const lines = linesOf(telemetry.collect(), 1_795_252_739);
    expect(lines).toContain(
      "requests,complete=true,error=false,host=vm,layer=pipe,name=/users/:id count=5i,total=5i 1795252739",
    );
    // The original's variance has overflowed here to the smallest integer; ours stops at the largest.
    expect(lines).toContain(
      "requests,complete=true,error=false,host=vm,layer=pipe,name=/slow max=7502124341i,mean=3754348213i,min=6572086i,p0.1=6572086,p0.25=6572086,p0.5=3754348213.5,p0.75=7502124341,p0.9=7502124341,p0.95=7502124341,p0.99=7502124341,stddev=3747776127i,variance=9223372036854775807i 1795252739",
    );
  });

  test("responses, and sizes of -1", () => {
    using telemetry = telemetryOf();
    telemetry.endpoint("/noop").record(204, -1, 1);
    telemetry.endpoint("/bad").record(500, -1, 1);
    const lines = linesOf(telemetry.collect(), 1_795_252_656);
    expect(lines).toContain("responses,host=vm,name=/noop,status=204 count=1i,total=1i 1795252656");
    expect(lines).toContain(
      "router.response-size,host=vm,name=/bad max=-1i,mean=-1i,min=-1i,p0.1=-1,p0.25=-1,p0.5=-1,p0.75=-1,p0.9=-1,p0.95=-1,p0.99=-1,stddev=0i,variance=0i 1795252656",
    );
  });

  test("connections, as two lines a direction", () => {
    using telemetry = telemetryOf();
    for (let i = 0; i < 37; i++) telemetry.requestBegan(null);
    const lines = linesOf(telemetry.collect(), 1_795_252_739);
    expect(lines).toContain("router,direction=in,host=vm current=0i,total=37i 1795252739");
    expect(lines).toContain("router,direction=in,host=vm gauge=37i 1795252739");
    expect(lines).toContain("router,direction=out,host=vm current=0i,total=0i 1795252739");
  });

  test("the collector's gauges, which need all 64 bits", () => {
    const point = {
      measurement: "debug",
      tags: [["host", "vm"]],
      fields: [
        ["GCStats.LastGC", integerField(1_795_252_636_675_430_200n)],
        ["GCStats.NumGC", integerField(1)],
        ["GCStats.PauseTotal", integerField(25_839)],
      ],
    } as const;
    expect(formatLine(point, 1_795_252_641)).toBe(
      "debug,host=vm GCStats.LastGC=1795252636675430200i,GCStats.NumGC=1i,GCStats.PauseTotal=25839i 1795252641\n",
    );
  });
});

test("one endpoint with one backend has 16 points before any traffic", () => {
  using telemetry = telemetryOf();
  telemetry.endpoint("/a");
  telemetry.pipe("/a");
  telemetry.backend("/b");
  const lines = linesOf(telemetry.collect(), 1);
  expect(lines.map((line) => line.split(/[, ]/)[0])).toEqual([
    ...Array.from({ length: 8 }, () => "requests"),
    "router",
    "router",
    "router",
    "router",
    "debug",
    "runtime",
    "service.debug.GCStats.Pause",
    "service.runtime.MemStats.PauseNs",
  ]);
});

test("with all layers off, 8 points are left, the connections always 0", () => {
  const measured = { router: false, pipe: false, backend: false };
  using telemetry = new GatewayTelemetry({ clock: systemClock, registry: null, measured });
  telemetry.requestBegan(null);
  telemetry.endpoint("/a").record(200, 1, 1);
  telemetry.pipe("/a").record(true, false, 1);
  telemetry.backend("/b").record(true, false, 1);
  const lines = linesOf(telemetry.collect(), 1);
  expect(lines).toHaveLength(8);
  expect(lines).toContain("router,direction=in,host=vm current=0i,total=0i 1");
  expect(lines).toContain("router,direction=in,host=vm gauge=0i 1");
});

test("runtime has the original's 28 fields, all integers, and not the float", () => {
  using telemetry = telemetryOf();
  const line = linesOf(telemetry.collect(), 1).find((one) => one.startsWith("runtime,"));
  const fields = (line ?? "").split(" ")[1]?.split(",") ?? [];
  expect(fields).toHaveLength(28);
  expect(fields.filter((field) => !/^[\w.]+=\d+i$/.test(field))).toEqual([]);
  expect(line).not.toContain("GCCPUFraction");
});

test("fields of a line stand in alphabetical order", () => {
  using telemetry = telemetryOf();
  telemetry.endpoint("/a").record(200, 5, 5);
  for (const line of linesOf(telemetry.collect(), 1)) {
    const names = (line.split(" ")[1] ?? "").split(",").map((field) => field.split("=")[0] ?? "");
    expect(names).toEqual(names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
  }
});

test.each([
  ["/we ird,a=b", String.raw`/we\ ird\,a\=b`],
  ["/a\nb", String.raw`/a\nb`],
  ["/a\\b", String.raw`/a\b`],
  ["/a\\", "/a"],
])("the name %j is escaped as %s", (name, escaped) => {
  const point = { measurement: "m n,o", tags: [["name", name]], fields: [["f", "1"]] } as const;
  expect(formatLine(point, 7)).toBe(`m\\ n\\,o,name=${escaped} f=1 7\n`);
});

test("a tag without a value is left out", () => {
  const tags = [
    ["host", ""],
    ["name", "/a"],
  ] as const;
  expect(formatLine({ measurement: "m", tags, fields: [["f", "1"]] }, 7)).toBe("m,name=/a f=1 7\n");
});

test("counts are what came since the last batch, and what was given back comes again", () => {
  using telemetry = telemetryOf();
  const pipe = telemetry.pipe("/a");
  const baseline = new CountBaseline();
  const countOf = (): string => {
    const [first] = linesOf(telemetry.collect(), 1, baseline);
    return first?.split(" ")[1] ?? "";
  };
  pipe.record(true, false, 1);
  expect(countOf()).toBe("count=1i,total=1i");
  pipe.record(true, false, 1);
  const lost = createBatch(telemetry.collect(), 1, "vm", baseline);
  expect(countOf()).toBe("count=0i,total=2i");
  baseline.giveBack(lost.counts);
  pipe.record(true, false, 1);
  expect(countOf()).toBe("count=2i,total=3i");
});

test.each([
  [1.9, "1i"],
  [-1.9, "-1i"],
  [-0.5, "0i"],
  [2 ** 53 + 2, "9007199254740994i"],
  [9.3e18, "9223372036854775807i"],
  [-9.3e18, "-9223372036854775808i"],
  [2n ** 70n, "9223372036854775807i"],
])("%s is the integer %s", (value, text) => {
  expect(integerField(value)).toBe(text);
});
