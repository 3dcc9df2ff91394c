import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import type { LogFields, Logger, LogLevel } from "#lib/logger";
import { systemClock } from "#lib/system-clock";
import { createRegistry, renderFamilies } from "#telemetry";
import {
  type CapturedRequest,
  type ScriptedInflux,
  startScriptedInflux,
} from "../../../test/fakes/scripted-influx.ts";
import { Findings } from "../config/finding.ts";
import { GatewayTelemetry } from "../telemetry/gateway-telemetry.ts";
import { readInfluxOptions } from "./influx-options.ts";
import { InfluxPush } from "./influx-push.ts";

const folders: string[] = [];
async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "gaugeway-influx-"));
  folders.push(folder);
  return folder;
}
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

interface LogLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}

function recordingLogger(lines: LogLine[]): Logger {
  const at = (level: LogLevel) => (fields: LogFields, message: string) =>
    void lines.push({ level, message, fields });
  return {
    trace: at("trace"),
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    fatal: at("fatal"),
    child: () => recordingLogger(lines),
  };
}

/** A gateway with one pipe whose windows end when the test says so, one second apart. */
class PushedGateway {
  readonly log: LogLine[] = [];
  readonly registry = createRegistry();
  readonly push: InfluxPush;
  readonly #telemetry: GatewayTelemetry;
  #seconds = 1_800_000_000;

  static async start(
    address: string,
    influx: Readonly<Record<string, unknown>> = {},
  ): Promise<PushedGateway> {
    const extraConfig = { "telemetry/influx": { address, ttl: "20ms", ...influx } };
    const options = readInfluxOptions(extraConfig, "/", new Findings());
    if (options === null) throw new Error("no options");
    const log: LogLine[] = [];
    const registry = createRegistry();
    const deps = { clock: systemClock, log: recordingLogger(log), registry, host: "vm" };
    return new PushedGateway(await InfluxPush.open(options, deps), log, registry);
  }

  private constructor(
    push: InfluxPush,
    log: LogLine[],
    registry: ReturnType<typeof createRegistry>,
  ) {
    this.push = push;
    this.log = log;
    this.registry = registry;
    const measured = { router: false, pipe: true, backend: false };
    this.#telemetry = new GatewayTelemetry({ clock: systemClock, registry: null, measured });
  }

  /** Ends a window in which so many calls were made. */
  window(calls: number): number {
    this.#seconds += 1;
    this.push.add(this.#collect(calls));
    return this.#seconds;
  }

  async close(graceMs = 2000): Promise<void> {
    this.#seconds += 1;
    await this.push.close(this.#collect(0), graceMs);
    this.#telemetry[Symbol.dispose]();
  }

  logged(level: LogLevel): string[] {
    return this.log.filter((line) => line.level === level).map(({ message }) => message);
  }

  #collect(calls: number) {
    const pipe = this.#telemetry.pipe("/a");
    for (let i = 0; i < calls; i++) pipe.record(true, false, 1);
    return { ...this.#telemetry.collect(), timeMs: this.#seconds * 1000 };
  }
}

/** Time and count of the successful calls of each body that arrived. */
function countsOf(requests: readonly CapturedRequest[]): (readonly [number, number])[] {
  return requests.flatMap(({ body }) =>
    Array.from(
      body.matchAll(/^requests,complete=true,error=false\S* count=(\d+)i,total=\d+i (\d+)$/gm),
      (match) => [Number(match[2]), Number(match[1])] as const,
    ),
  );
}

function sumOf(requests: readonly CapturedRequest[]): number {
  return countsOf(requests).reduce((sum, [, count]) => sum + count, 0);
}

async function withInflux<T>(use: (influx: ScriptedInflux) => Promise<T>): Promise<T> {
  await using influx = await startScriptedInflux();
  return await use(influx);
}

describe("the request", () => {
  test("of version 1 is the original's", () =>
    withInflux(async (influx) => {
      const gateway = await PushedGateway.start(`${influx.url}/prefix?x=1`, {
        username: "user",
        password: "pass",
      });
      gateway.window(1);
      await expect.poll(() => influx.writes.length).toBe(1);
      await gateway.close();
      const [write] = influx.writes;
      expect(write?.method).toBe("POST");
      expect(write?.target).toBe("/prefix/write?consistency=&db=krakend&precision=s&rp=&x=1");
      expect(write?.rawHeaders).toEqual([
        "host",
        `127.0.0.1:${influx.port}`,
        "connection",
        "keep-alive",
        "User-Agent",
        "InfluxDBClient",
        "Content-Type",
        "",
        "Authorization",
        "Basic dXNlcjpwYXNz",
        "Accept-Encoding",
        "gzip",
        "content-length",
        String(write?.body.length),
      ]);
      expect(influx.pings[0]?.target).toBe("/prefix/ping?wait_for_leader=1s&x=1");
      expect(influx.pings[0]?.rawHeaders).toContain("Basic dXNlcjpwYXNz");
    }));

  test("has no Authorization without a user, even if there is a password", () =>
    withInflux(async (influx) => {
      const gateway = await PushedGateway.start(influx.url, { password: "pass" });
      await gateway.close();
      expect(influx.writes[0]?.rawHeaders).not.toContain("Authorization");
    }));

  test("of version 2 has a token, which is read from its file each time", () =>
    withInflux(async (influx) => {
      const file = join(await newFolder(), "token");
      await writeFile(file, "first\n");
      const gateway = await PushedGateway.start(influx.url, {
        token_file: file,
        org: "my org",
        bucket: "b",
      });
      gateway.window(1);
      await expect.poll(() => influx.writes.length).toBe(1);
      await writeFile(file, "second\n");
      gateway.window(1);
      await expect.poll(() => influx.writes.length).toBe(2);
      await gateway.close();
      expect(influx.writes[0]?.target).toBe("/api/v2/write?bucket=b&org=my+org&precision=s");
      const tokens = influx.writes
        .slice(0, 2)
        .map(({ rawHeaders }) => rawHeaders.find((text) => text.startsWith("Token ")));
      expect(tokens).toEqual(["Token first", "Token second"]);
    }));

  test("keeps credentials from a host that a redirect leads to", () =>
    withInflux(async (influx) => {
      await using other = await startScriptedInflux();
      influx.answer(({ target }) => ({
        status: 307,
        headers: { Location: `${other.url}${target}` },
      }));
      const gateway = await PushedGateway.start(influx.url, { username: "u", password: "p" });
      gateway.window(3);
      await expect.poll(() => other.writes.length).toBe(1);
      await gateway.close();
      expect(influx.writes[0]?.rawHeaders).toContain("Authorization");
      expect(other.writes[0]?.rawHeaders).not.toContain("Authorization");
      expect(sumOf(other.writes)).toBe(3);
    }));
});

describe("each window", () => {
  test("is sent once, however often ttl comes", () =>
    withInflux(async (influx) => {
      const gateway = await PushedGateway.start(influx.url);
      const first = gateway.window(5);
      await expect.poll(() => influx.writes.length).toBe(1);
      await new Promise((done) => setTimeout(done, 100));
      const second = gateway.window(2);
      await expect.poll(() => influx.writes.length).toBe(2);
      await gateway.close();
      expect(countsOf(influx.writes).slice(0, 2)).toEqual([
        [first, 5],
        [second, 2],
      ]);
      expect(influx.writes).toHaveLength(3);
    }));

  test("is sent, even if several end before ttl comes", () =>
    withInflux(async (influx) => {
      const gateway = await PushedGateway.start(influx.url, { ttl: "300ms" });
      const times = [1, 2, 3].map((calls) => gateway.window(calls));
      await expect.poll(() => influx.writes.length).toBe(3);
      await gateway.close();
      expect(countsOf(influx.writes).slice(0, 3)).toEqual(times.map((time, i) => [time, i + 1]));
    }));

  test("is sent at the end, without waiting for ttl", () =>
    withInflux(async (influx) => {
      const gateway = await PushedGateway.start(influx.url, { ttl: "1h" });
      gateway.window(7);
      await gateway.close();
      expect(sumOf(influx.writes)).toBe(7);
      expect(influx.writes).toHaveLength(2);
    }));
});

/** A server that fails for so many windows, and what arrives once it is back. */
async function outage(bufferSize: number, windows: number) {
  return withInflux(async (influx) => {
    influx.answer(() => ({ status: 503, body: "warming up" }));
    const gateway = await PushedGateway.start(influx.url, { buffer_size: bufferSize });
    const times: number[] = [];
    for (let i = 0; i < windows; i++) {
      const { writesFailed } = gateway.push.state();
      times.push(gateway.window(1));
      await expect.poll(() => gateway.push.state().writesFailed).toBeGreaterThan(writesFailed);
    }
    influx.answer(() => ({ status: 204 }));
    const failed = influx.writes.length;
    times.push(gateway.window(1));
    await expect.poll(() => gateway.push.state().batchesQueued).toBe(0);
    await gateway.close();
    return { gateway, times, arrived: influx.writes.slice(failed) };
  });
}

describe("an outage", () => {
  test("keeps the newest buffer_size batches; counts of the older ones come with the next", async () => {
    const { gateway, times, arrived } = await outage(2, 5);
    const byTime = countsOf(arrived).filter(([time]) => times.includes(time));
    expect(byTime.map(([time]) => time)).toEqual(times.slice(-3));
    expect(sumOf(arrived)).toBe(6);
    expect(gateway.push.state()).toMatchObject({ batchesDropped: 3, lastError: null });
  });

  test("with buffer_size 0 keeps no batch, and loses no count", async () => {
    const { times, arrived } = await outage(0, 3);
    const byTime = countsOf(arrived).filter(([time]) => times.includes(time));
    expect(byTime).toEqual([[times.at(-1), 4]]);
  });

  test("is logged once, and its end, too", async () => {
    const { gateway } = await outage(10, 4);
    expect(gateway.logged("warn")).toEqual(["InfluxDB cannot be written to; trying again"]);
    expect(gateway.logged("info").slice(1)).toEqual(["InfluxDB takes points again"]);
  });

  test("of the network is survived, too", () =>
    withInflux(async (influx) => {
      influx.answer(() => null);
      const gateway = await PushedGateway.start(influx.url, { buffer_size: 9 });
      gateway.window(4);
      await expect.poll(() => gateway.push.state().writesFailed).toBeGreaterThan(0);
      expect(gateway.push.state().lastError).not.toBeNull();
      influx.answer(() => ({ status: 204 }));
      await expect.poll(() => gateway.push.state().batchesStored).toBe(1);
      await gateway.close();
      expect(countsOf(influx.writes).at(-1)?.[1]).toBe(0);
    }));

  test("is outlived in buffer_dir by what was not sent", () =>
    withInflux(async (influx) => {
      const folder = await newFolder();
      const kept = { buffer_size: 5, buffer_dir: folder };
      influx.answer(() => ({ status: 503 }));
      const first = await PushedGateway.start(influx.url, kept);
      const times = [first.window(3), first.window(4)];
      await expect.poll(() => first.push.state().writesFailed).toBeGreaterThan(0);
      await first.close();
      expect(first.logged("warn").at(-1)).toContain("kept for the next start");
      expect(await readdir(folder)).toHaveLength(3);

      influx.answer(() => ({ status: 204 }));
      const failed = influx.writes.length;
      await writeFile(join(folder, "000000000001-1.lines.unfinished"), "half of a ba");
      const second = await PushedGateway.start(influx.url, kept);
      await expect.poll(() => second.push.state().batchesQueued).toBe(0);
      expect(countsOf(influx.writes.slice(failed)).slice(0, 2)).toEqual([
        [times[0], 3],
        [times[1], 4],
      ]);
      await second.close();
      expect(await readdir(folder)).toEqual([]);
    }));

  test("a window is in buffer_dir as soon as it has ended, for the case of a kill", async () => {
    const folder = await newFolder();
    const kept = { ttl: "1h", buffer_size: 5, buffer_dir: folder };
    const gateway = await PushedGateway.start("http://127.0.0.1:9", kept);
    const time = gateway.window(3);
    const name = async () => (await readdir(folder)).find((one) => one.endsWith(".lines"));
    await expect.poll(name).toBe(`00${time}-${process.pid}.lines`);
    const lines = await readFile(join(folder, (await name()) ?? ""), "utf8");
    expect(lines).toContain(`count=3i,total=3i ${time}\n`);
    await gateway.close();
  });

  test("a folder that cannot be made is refused at start", async () => {
    const file = join(await newFolder(), "file");
    await writeFile(file, "");
    const kept = { buffer_size: 5, buffer_dir: join(file, "below") };
    await expect(PushedGateway.start("http://127.0.0.1:9", kept)).rejects.toThrow("buffer_dir");
  });
});

describe("a batch that the server will never take", () => {
  test.each([
    [401, '{"error":"authorization failed"}', {}, "Check username and password."],
    [401, "", { "X-Influxdb-Version": "v2.7.5" }, "influx v1 auth create"],
    [401, '{"code":"unauthorized","message":"unauthorized access"}', {}, "influx v1 auth create"],
    [403, "", {}, "grant write access"],
    [404, '{"error":"database not found: \\"krakend\\""}', {}, "Create the database"],
    [400, '{"error":"partial write: field type conflict: input field"}', {}, "with another type"],
    [413, "", {}, "max-body-size"],
  ] as const)("is dropped with one line: %d %s", (status, body, headers, hint) =>
    withInflux(async (influx) => {
      influx.answer(() => ({ status, body, headers }));
      const gateway = await PushedGateway.start(influx.url, { buffer_size: 9 });
      for (let batches = 1; batches <= 3; batches++) {
        gateway.window(1);
        await expect.poll(() => gateway.push.state().batchesRefused).toBe(batches);
      }
      expect(gateway.logged("error")).toHaveLength(1);
      expect(gateway.logged("error")[0]).toContain(hint);
      expect(gateway.push.state()).toMatchObject({ batchesQueued: 0, writesFailed: 0 });
      expect(gateway.push.state().lastError).toContain(hint);
      await gateway.close();
    }),
  );

  test("does not hold up the others", () =>
    withInflux(async (influx) => {
      influx.answer(({ body }) => ({ status: body.includes("count=13i") ? 400 : 204 }));
      const gateway = await PushedGateway.start(influx.url, { ttl: "200ms", buffer_size: 9 });
      gateway.window(1);
      gateway.window(13);
      gateway.window(2);
      await expect.poll(() => gateway.push.state().batchesStored).toBe(2);
      expect(gateway.push.state()).toMatchObject({ batchesRefused: 1, batchesQueued: 0 });
      await gateway.close();
    }));

  test("has its counts sent again once the credentials are right", () =>
    withInflux(async (influx) => {
      influx.answer(() => ({ status: 401 }));
      const gateway = await PushedGateway.start(influx.url);
      gateway.window(5);
      await expect.poll(() => gateway.push.state().batchesRefused).toBe(1);
      influx.answer(() => ({ status: 204 }));
      const refused = influx.writes.length;
      gateway.window(1);
      await expect.poll(() => gateway.push.state().batchesStored).toBe(1);
      await gateway.close();
      expect(sumOf(influx.writes.slice(refused))).toBe(6);
    }));

  test("because of its size alone is sent in parts", () =>
    withInflux(async (influx) => {
      influx.answer(({ body }) => ({ status: body.length > 1200 ? 413 : 204 }));
      const gateway = await PushedGateway.start(influx.url);
      gateway.window(5);
      await expect.poll(() => gateway.push.state().batchesStored).toBe(1);
      await gateway.close();
      const taken = influx.writes.filter(({ body }) => body.length <= 1200);
      expect(sumOf(taken)).toBe(5);
      expect(taken.every(({ body }) => body.endsWith("\n"))).toBe(true);
    }));
});

test.each([
  { username: "user", password: "hunter2" },
  { token: "hunter2", org: "o" },
])("no secret is in the log or the status: %j", (credentials) =>
  withInflux(async (influx) => {
    influx.answer(() => ({ status: 401, body: "unauthorized" }));
    const gateway = await PushedGateway.start(influx.url, credentials);
    gateway.window(1);
    await expect.poll(() => gateway.push.state().batchesRefused).toBe(1);
    await gateway.close();
    const told = JSON.stringify([gateway.log, gateway.push.state()]);
    expect(told).toContain("unauthorized");
    expect(told).not.toMatch(/hunter2|dXNlcjpodW50ZXIy/);
  }),
);

test("delivery is told among the process' own metrics", () =>
  withInflux(async (influx) => {
    const gateway = await PushedGateway.start(influx.url);
    gateway.window(1);
    await expect.poll(() => gateway.push.state().batchesStored).toBe(1);
    const text = Buffer.from(
      renderFamilies([gateway.registry.collect()], "openmetrics-1.0.0"),
    ).toString();
    expect(text).toContain('gaugeway_influx_batches_total{outcome="stored"} 1\n');
    expect(text).toContain("gaugeway_influx_batches_queued 0\n");
    expect(text).toMatch(/gaugeway_influx_last_success_timestamp_seconds 1\d{9}(\.\d+)?\n/);
    await gateway.close();
  }));

/** What becomes of a write; null: stored, but the answer is lost. */
const FATES = [204, 204, 503, 429, 401, 404, null] as const;

test("whatever the server does, the sum of the counts in it is what was served", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 8 }),
      fc.array(fc.constantFrom(...FATES), { maxLength: 12 }),
      fc.constantFrom(0, 2, 100),
      async (windows, fates, bufferSize) => {
        await using influx = await startScriptedInflux();
        const stored = new Map<number, number>();
        const store = (request: CapturedRequest): void => {
          for (const [time, count] of countsOf([request])) stored.set(time, count);
        };
        const left = [...fates];
        influx.answer((request) => {
          const status = left.length === 0 ? 204 : (left.shift() ?? null);
          if (status === 204 || status === null) store(request);
          return status === null ? null : { status };
        });
        const gateway = await PushedGateway.start(influx.url, {
          ttl: "1ms",
          buffer_size: bufferSize,
        });
        for (const calls of windows) {
          gateway.window(calls);
          await new Promise((done) => setTimeout(done, 2));
        }
        await expect
          .poll(() => left.length === 0 || gateway.push.state().batchesQueued === 0)
          .toBe(true);
        left.length = 0;
        await gateway.close();
        const sum = [...stored.values()].reduce((a, b) => a + b, 0);
        expect(sum).toBe(windows.reduce((a, b) => a + b, 0));
      },
    ),
    { numRuns: 40 },
  );
});
