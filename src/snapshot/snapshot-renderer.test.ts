import { describe, expect, test } from "vitest";
import type { CollisionPolicy } from "#access";
import {
  metadataOf,
  requestOf,
  SnapshotFixture,
  START_MS,
  TENANT_A,
  textOf,
} from "../../test/snapshot/snapshot-fixture.ts";
import type { SnapshotLimits } from "./limits.ts";
import type { SnapshotRequest } from "./snapshot-source.ts";

const MINUTE_MS = 60_000;

describe("what a body holds", () => {
  test("an empty tenant gets nothing but the end", async () => {
    const fixture = new SnapshotFixture();
    fixture.put({ __name__: "up", tenant: "b" }, 1);
    expect(await fixture.body()).toBe("# EOF\n");
    expect(await fixture.body({ format: "text" })).toBe("");
    expect(await fixture.renderer.render(requestOf())).toMatchObject({ body: { seriesCount: 0 } });
  });

  test("families with their metadata, the end, and the freshness gauges", async () => {
    const fixture = new SnapshotFixture();
    fixture.put({ __name__: "b_total" }, 3, metadataOf("b", "counter", 'Say "b"\\\nand c.'));
    fixture.put({ __name__: "a_seconds" }, 0.5, metadataOf("a_seconds", "gauge", "", "seconds"));
    expect((await fixture.body()).split("\n")).toEqual([
      "# TYPE a_seconds gauge",
      "# UNIT a_seconds seconds",
      "a_seconds 0.5",
      "# TYPE b counter",
      '# HELP b Say \\"b\\"\\\\\\nand c.',
      "b_total 3",
      ...freshness("newest", 1_700_000_000, true),
      ...freshness("oldest", 1_700_000_000, true),
      "# EOF",
      "",
    ]);
    expect((await fixture.body({ format: "text" })).split("\n")).toEqual([
      "# TYPE a_seconds gauge",
      "a_seconds 0.5",
      '# HELP b_total Say "b"\\\\\\nand c.',
      "# TYPE b_total counter",
      "b_total 3",
      ...freshness("newest", 1_700_000_000, false),
      ...freshness("oldest", 1_700_000_000, false),
      "",
    ]);
  });

  test("timestamps only where asked for, seconds or milliseconds", async () => {
    const fixture = new SnapshotFixture();
    fixture.nowMs += 250;
    fixture.put({ __name__: "a" }, 1);
    expect(await fixture.lines()).toEqual(["a 1"]);
    expect(await fixture.lines({ timestamps: true })).toEqual(["a 1 1700000000.25"]);
    expect(await fixture.lines({ timestamps: true, format: "text" })).toEqual([
      "a 1 1700000000250",
    ]);
  });

  test("job and instance leave under names that no scraper claims", async () => {
    const fixture = new SnapshotFixture();
    fixture.put({ __name__: "up", job: "node", instance: "h:1" }, 1);
    fixture.put({ __name__: "up", job: "node", source_job: "theirs" }, 1);
    expect(await fixture.lines()).toEqual([
      'up{source_instance="h:1",source_job="node"} 1',
      'up{source_job="theirs",source_source_job="node"} 1',
    ]);
  });

  test("stale, old and future samples do not show", async () => {
    const fixture = new SnapshotFixture();
    const ended = fixture.put({ __name__: "ended" }, 1);
    fixture.latest.end(START_MS, ended);
    fixture.put({ __name__: "old" }, 1);
    fixture.nowMs += 5 * MINUTE_MS;
    fixture.put({ __name__: "nan" }, NaN);
    fixture.latest.append(fixture.nowMs + 11 * MINUTE_MS, [
      [fixture.put({ __name__: "ahead" }, 1), 1],
    ]);
    expect(await fixture.lines()).toEqual(["nan NaN", "old 1"]);
    fixture.nowMs += 1;
    expect(await fixture.lines()).toEqual(["nan NaN"]);
    fixture.nowMs += MINUTE_MS;
    expect(await fixture.lines()).toEqual(["ahead 1", "nan NaN"]);
    expect(await fixture.lines({ entitlement: { ...TENANT_A, maxAgeMs: 30_000 } })).toEqual([
      "ahead 1",
    ]);
  });

  test("values of labels cannot forge lines", async () => {
    const fixture = new SnapshotFixture();
    fixture.put({ __name__: "a", v: 'x"} 1\nforged{y="z' }, 1);
    fixture.put({ __name__: "a", v: "\\" }, 2);
    fixture.put({ __name__: "a", v: "\r\0#" }, 3);
    expect(await fixture.lines()).toEqual([
      'a{v="\r\0#"} 3',
      'a{v="\\\\"} 2',
      'a{v="x\\"} 1\\nforged{y=\\"z"} 1',
    ]);
  });

  test("names outside the legacy set are quoted or escaped", async () => {
    const fixture = new SnapshotFixture();
    fixture.put({ __name__: "http.requests", "a.b": "1", a_b: "2" }, 1);
    expect(await fixture.lines({ escaping: "allow-utf-8" })).toEqual([
      '{"http.requests","a.b"="1",a_b="2"} 1',
    ]);
    const [underscored] = await fixture.lines();
    expect(underscored).toMatch(/^http_requests\{.*a_b="2".*\} 1$/);
    const names = underscored?.match(/[a-zA-Z0-9_]+(?==")/g) ?? [];
    expect(new Set(names).size).toBe(2);
  });

  test("bounds are canonical and in rising order, sums and counts behind them", async () => {
    const fixture = new SnapshotFixture();
    const metadata = metadataOf("h", "histogram");
    for (const zone of ["y", "x"]) {
      fixture.put({ __name__: "h_sum", zone }, 9, metadata);
      fixture.put({ __name__: "h_count", zone }, 4, metadata);
      fixture.put({ __name__: "h_bucket", le: "+Inf", zone }, 4, metadata);
      fixture.put({ __name__: "h_bucket", le: "10", zone }, 3, metadata);
      fixture.put({ __name__: "h_bucket", le: "2.5", zone }, 2, metadata);
    }
    expect(await fixture.lines()).toEqual([...group("x"), ...group("y")]);
    expect(await fixture.body()).toContain("# TYPE h histogram");
  });

  test("created samples stay out", async () => {
    const fixture = new SnapshotFixture();
    fixture.put({ __name__: "a_created" }, 1.6e9, metadataOf("a", "counter"));
    fixture.put({ __name__: "a_total" }, 1, metadataOf("a", "counter"));
    expect(await fixture.lines()).toEqual(["a_total 1"]);
    expect(await fixture.lines({ format: "text" })).toEqual(["a_total 1"]);
  });

  test("another snapshot's freshness does not stand in for ours", async () => {
    const fixture = new SnapshotFixture();
    fixture.put({ __name__: "gaugeway_snapshot_newest_sample_timestamp_seconds" }, 5);
    expect(await fixture.body()).toBe("# EOF\n");
  });
});

describe("families that cannot be what they are called", () => {
  test.each([
    ["a negative counter", "n_total", -1, metadataOf("n", "counter")],
    ["a counter that is not a number", "n_total", NaN, metadataOf("n", "counter")],
    ["an info that is not 1", "n_info", 2, metadataOf("n", "info")],
    ["half a histogram", "n_count", 1, metadataOf("n", "histogram")],
    ["a bucket without a bound", "n_bucket", 1, metadataOf("n", "histogram")],
    ["a summary without a quantile", "n", 1, metadataOf("n", "summary")],
    ["a state set without a state", "n", 1, metadataOf("n", "stateset")],
    ["a counter without its suffix", "n", 1, metadataOf("n", "counter")],
  ])("%s is written as unknown", async (_, name, value, metadata) => {
    const fixture = new SnapshotFixture();
    fixture.put({ __name__: name }, value, metadata);
    const body = await fixture.body();
    expect(body).toContain(`# TYPE ${name} unknown\n${name} ${value}\n`);
    expect(body.match(/# TYPE n/g)).toHaveLength(1);
  });

  test("a broken family is whole again with the next values", async () => {
    const fixture = new SnapshotFixture();
    const ref = fixture.put({ __name__: "n_total" }, -1, metadataOf("n", "counter"));
    expect(await fixture.body()).toContain("# TYPE n_total unknown");
    fixture.latest.append(START_MS, [[ref, 1]]);
    expect(await fixture.body()).toContain("# TYPE n counter");
  });

  test("of two families that claim one name, the simpler one keeps it", async () => {
    const fixture = new SnapshotFixture();
    fixture.put({ __name__: "go_bytes" }, 1, metadataOf("go_bytes", "gauge"));
    fixture.put({ __name__: "go_bytes_total" }, 2, metadataOf("go_bytes", "counter"));
    const body = await fixture.body();
    expect(body).toContain("# TYPE go_bytes gauge\n");
    expect(body).toContain("# TYPE go_bytes_total unknown\n");
    expect(await fixture.body({ format: "text" })).toContain("# TYPE go_bytes_total counter\n");
  });

  test("HELP of other tenants never shows, and conflicts are settled by content", async () => {
    const bodies: string[] = [];
    for (const helps of [
      ["first", "second"],
      ["second", "first"],
    ]) {
      const fixture = new SnapshotFixture();
      fixture.put({ __name__: "m", tenant: "b" }, 1, metadataOf("m", "counter", "aaa secret"));
      for (const help of helps) {
        fixture.put({ __name__: "m", v: help }, 1, metadataOf("m", "gauge", help));
      }
      bodies.push(await fixture.body());
    }
    expect(bodies[0]).toContain("# HELP m first\n");
    expect(bodies[0]).toBe(bodies[1]);
  });
});

describe("series that become equal", () => {
  const labels = [{ pod: "p1" }, { pod: "p2" }, { pod: "p3" }] as const;
  test("are refused by default, by the line in public and by the pair to the operator", async () => {
    const fixture = new SnapshotFixture();
    labels.forEach((label, i) => fixture.put({ __name__: "m", zone: "z", ...label }, i));
    const error: unknown = await fixture.body(merging("refuse")).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "label_collision" });
    expect(String(error)).toContain('m{zone="z"}');
    expect(String(error)).not.toContain("p1");
    expect(fixture.refusals[0]?.operatorDetail).toContain('pod="p1"');
    expect(fixture.refusals[0]?.operatorDetail).toContain('pod="p2"');
  });

  test("become their sum or their largest", async () => {
    const fixture = new SnapshotFixture();
    labels.forEach((label, i) => fixture.put({ __name__: "m", ...label }, i + 1));
    expect(await fixture.lines(merging("sum"))).toEqual(["m 6"]);
    expect(await fixture.lines(merging("max"))).toEqual(["m 3"]);
    const reply = await fixture.renderer.render(requestOf(merging("sum")));
    expect(reply).toMatchObject({ body: { seriesCount: 3 } });
  });

  test("only count while they are fresh: a pod's successor takes its place", async () => {
    const fixture = new SnapshotFixture();
    const first = fixture.put({ __name__: "m", pod: "p1" }, 1);
    expect(await fixture.lines(merging("refuse"))).toEqual(["m 1"]);
    fixture.put({ __name__: "m", pod: "p2" }, 2);
    await expect(fixture.lines(merging("refuse"))).rejects.toMatchObject({
      code: "label_collision",
    });
    fixture.latest.end(START_MS, first);
    expect(await fixture.lines(merging("refuse"))).toEqual(["m 2"]);
    fixture.latest.remove(first);
    expect(await fixture.lines(merging("refuse"))).toEqual(["m 2"]);
  });
});

describe("limits", () => {
  test("too many series are refused whole, with the number and the limit", async () => {
    const fixture = new SnapshotFixture({ seriesPerScrapeMax: 2 });
    for (const i of [1, 2, 3]) fixture.put({ __name__: "m", i: String(i) }, i);
    fixture.put({ __name__: "m", tenant: "b" }, 1);
    await expect(fixture.body()).rejects.toMatchObject({
      code: "series_per_scrape_limit",
      message: expect.stringMatching(/has 3 series and at most 2 /),
    });
  });

  test("a body that is too long is refused whole", async () => {
    const fixture = new SnapshotFixture({ bodyBytesMax: 10_000 });
    for (let i = 0; i < 1000; i++) fixture.put({ __name__: "metric", i: String(i) }, i);
    for (const encoding of ["identity", "gzip"] as const) {
      await expect(fixture.body({ encoding })).rejects.toMatchObject({ code: "body_bytes_limit" });
    }
  });

  test("lists beyond the limit, and idle ones, are forgotten", async () => {
    const fixture = new SnapshotFixture({ viewsMax: 2, viewIdleMs: 1000 });
    fixture.put({ __name__: "m" }, 1);
    for (const maxAgeMs of [10_000, 20_000, 30_000]) {
      await fixture.body({ entitlement: { ...TENANT_A, maxAgeMs } });
    }
    expect(fixture.renderer.memory.views).toBe(2);
    fixture.nowMs += 1001;
    fixture.renderer.sweep();
    expect(fixture.renderer.memory).toEqual({ views: 0, prefixBytes: 0 });
    expect(await fixture.lines()).toEqual(["m 1"]);
  });

  test("change while it runs, and bodies of before no longer stand", async () => {
    const fixture = new SnapshotFixture();
    fixture.put({ __name__: "m" }, 1);
    const before = await fixture.renderer.render(requestOf());
    if (before.kind !== "body") throw new Error("no body");
    fixture.nowMs += 2 * MINUTE_MS;
    fixture.renderer.reconfigure({ lookbackMs: MINUTE_MS });
    expect(await fixture.renderer.render(requestOf(), before.version)).toMatchObject({
      kind: "body",
    });
    expect(await fixture.body()).toBe("# EOF\n");
  });

  test("after closing there is no body, and nothing listens", async () => {
    const fixture = new SnapshotFixture();
    fixture.renderer.close();
    await expect(fixture.body()).rejects.toMatchObject({ code: "not_ready" });
    expect(fixture.latest.listenerCount).toBe(0);
  });
});

describe("work that is saved", () => {
  test("the store is searched once; then the list follows what comes and goes", async () => {
    const fixture = new SnapshotFixture();
    const first = fixture.put({ __name__: "a" }, 1);
    await fixture.body();
    const searched = fixture.latest.selectCount;
    fixture.put({ __name__: "b" }, 2);
    fixture.latest.remove(first);
    expect(await fixture.lines()).toEqual(["b 2"]);
    expect(fixture.latest.selectCount).toBe(searched);
  });

  test("a body stands until a sample, a series, metadata or time changes it", async () => {
    const fixture = new SnapshotFixture();
    const ref = fixture.put({ __name__: "a" }, 1, metadataOf("a", "gauge"));
    const check = async (change: () => void, expected: string): Promise<void> => {
      const body = await fixture.renderer.render(requestOf());
      if (body.kind !== "body") throw new Error("no body");
      change();
      const reply = await fixture.renderer.render(requestOf(), body.version);
      expect(reply.kind).toBe(expected);
    };
    await check(() => {}, "unchanged");
    await check(() => void (fixture.nowMs += MINUTE_MS), "unchanged");
    await check(() => fixture.latest.append(fixture.nowMs, [[ref, 2]]), "body");
    await check(() => fixture.latest.describe(ref, metadataOf("a", "counter")), "body");
    await check(() => void fixture.put({ __name__: "b" }, 1), "body");
    await check(() => void (fixture.nowMs += 5 * MINUTE_MS + 1), "body");
    await check(() => void fixture.latest.add({ __name__: "c", tenant: "b" }), "unchanged");
  });

  test("entitlements that show labels alike share the prefixes", async () => {
    const fixture = new SnapshotFixture();
    for (let i = 0; i < 100; i++) fixture.put({ __name__: "metric", i: String(i) }, i);
    await fixture.body();
    const { prefixBytes } = fixture.renderer.memory;
    await fixture.body({ format: "text" });
    await fixture.body({ entitlement: { ...TENANT_A, selectors: ['{__name__="metric"}'] } });
    expect(fixture.renderer.memory).toEqual({ views: 2, prefixBytes });
  });

  test("the room of series that are gone is given back", async () => {
    const fixture = new SnapshotFixture();
    const value = "v".repeat(1000);
    const refs = Array.from({ length: 12_000 }, (_, i) =>
      fixture.put({ __name__: "m", i: String(i), value }, i),
    );
    const kept = await fixture.lines();
    for (const ref of refs.slice(10)) fixture.latest.remove(ref);
    await fixture.body();
    expect(await fixture.lines()).toHaveLength(10);
    expect(fixture.renderer.memory.prefixBytes).toBeLessThan(100_000);
    expect(kept).toHaveLength(12_000);
  });
});

describe("one moment", () => {
  test("a batch that is stored while the body is written is not in it", async () => {
    const fixture = new SnapshotFixture({ sliceMs: 0 });
    const refs = Array.from({ length: 5000 }, (_, i) =>
      fixture.put({ __name__: "m", i: String(i) }, 1),
    );
    await fixture.body();
    const rendering = fixture.body();
    let batches = 0;
    const append = (): void => {
      fixture.latest.append(
        START_MS,
        refs.map((ref) => [ref, 2 + batches] as const),
      );
      batches += 1;
      for (const ref of refs.splice(0, 10)) fixture.latest.remove(ref);
      if (batches < 5) setImmediate(append);
    };
    setImmediate(append);
    const lines = (await rendering).split("\n").filter((line) => line.startsWith("m{"));
    expect(batches).toBeGreaterThan(1);
    expect(lines).toHaveLength(5000);
    expect(new Set(lines.map((line) => line.split(" ")[1]))).toEqual(new Set(["1"]));
  });

  test("gzip holds the same bytes, however many chunks", async () => {
    const fixture = new SnapshotFixture({ streamedSeriesMin: Infinity });
    for (let i = 0; i < 30_000; i++) fixture.put({ __name__: "metric", i: String(i) }, i / 3);
    const plain = await fixture.renderer.render(requestOf());
    const packed = await fixture.renderer.render(requestOf({ encoding: "gzip" }));
    expect(textOf(packed)).toBe(textOf(plain));
    if (plain.kind !== "body" || packed.kind !== "body") throw new Error("no body");
    expect(plain.body.chunks.length).toBeGreaterThan(2);
    expect(packed.body.byteLength).toBeLessThan(plain.body.byteLength / 3);
    expect(new Set(plain.body.chunks.map((chunk) => chunk.buffer)).size).toBe(
      plain.body.chunks.length,
    );
  });

  test("a request that is given up stops the work", async () => {
    const fixture = new SnapshotFixture({ sliceMs: 0 });
    for (let i = 0; i < 2000; i++) fixture.put({ __name__: "m", i: String(i) }, i);
    await fixture.body();
    const abort = new AbortController();
    const rendering = fixture.renderer.render(requestOf(), null, abort.signal);
    abort.abort();
    await expect(rendering).rejects.toMatchObject({ code: "canceled" });
  });
});

describe("a large body", () => {
  const LINES = 3000;

  function largeFixture(limits: Partial<SnapshotLimits> = {}): SnapshotFixture {
    const fixture = new SnapshotFixture({ streamedSeriesMin: LINES, ...limits });
    for (let i = 0; i < LINES; i++) fixture.put({ __name__: "m", i: String(i) }, i / 3);
    return fixture;
  }

  test("is made while it is read, with the bytes of a whole one", async () => {
    const fixture = largeFixture();
    const whole = new SnapshotFixture({}, fixture.latest);
    for (const format of ["openmetrics", "text"] as const) {
      for (const timestamps of [false, true]) {
        const request = { format, timestamps };
        expect(await fixture.renderer.render(requestOf(request))).toEqual({ kind: "large" });
        expect(await fixture.streamed(request)).toBe(await whole.body(request));
      }
    }
    // Compressed it is small, and is made as a whole.
    expect(await fixture.body({ encoding: "gzip" })).toBe(await whole.body());
  });

  test("is of one moment, however slowly it is read", async () => {
    const fixture = largeFixture();
    const before = await fixture.streamed();
    const { chunks } = await fixture.renderer.stream(requestOf());
    const first = await chunks.next();
    for (let i = 0; i < LINES; i++) fixture.put({ __name__: "m", i: String(i) }, -1);
    let text = new TextDecoder().decode(first.value);
    for await (const chunk of chunks) text += new TextDecoder().decode(chunk);
    expect(text).toBe(before);
  });

  test("that may pass the limit is made as a whole before its first byte", async () => {
    const text = await largeFixture().streamed();
    const fits = largeFixture({ bodyBytesMax: text.length });
    expect(await fits.streamed()).toBe(text);
    const tooLong = largeFixture({ bodyBytesMax: text.length - 1 });
    await expect(tooLong.renderer.stream(requestOf())).rejects.toMatchObject({
      code: "body_bytes_limit",
    });
    expect(tooLong.refusals).toHaveLength(1);
    const tooMany = largeFixture({ seriesPerScrapeMax: LINES - 1 });
    const answer = await tooMany.renderer.answerStream(requestOf(), new AbortController().signal);
    expect(answer).toMatchObject({ kind: "refused", code: "series_per_scrape_limit" });
  });

  test("is given up with its request", async () => {
    const fixture = largeFixture({ sliceMs: 0 });
    const abort = new AbortController();
    const { chunks } = await fixture.renderer.stream(requestOf(), abort.signal);
    abort.abort();
    const readAll = async (): Promise<void> => {
      for await (const _ of chunks);
    };
    await expect(readAll()).rejects.toMatchObject({ code: "canceled" });
  });
});

function freshness(which: "newest" | "oldest", seconds: number, isOpenMetrics: boolean): string[] {
  const name = `gaugeway_snapshot_${which}_sample_timestamp_seconds`;
  const help = `# HELP ${name} Time of the ${which} sample in this snapshot.`;
  const type = `# TYPE ${name} gauge`;
  return isOpenMetrics
    ? [type, `# UNIT ${name} seconds`, help, `${name} ${seconds}`]
    : [help, type, `${name} ${seconds}`];
}

function group(zone: string): string[] {
  return [
    `h_bucket{le="2.5",zone="${zone}"} 2`,
    `h_bucket{le="10.0",zone="${zone}"} 3`,
    `h_bucket{le="+Inf",zone="${zone}"} 4`,
    `h_count{zone="${zone}"} 4`,
    `h_sum{zone="${zone}"} 9`,
  ];
}

function merging(onCollision: CollisionPolicy): Partial<SnapshotRequest> {
  return { entitlement: { ...TENANT_A, dropLabels: ["tenant", "pod"], onCollision } };
}
