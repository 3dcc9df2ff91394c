import { mkdtemp, rm } from "node:fs/promises";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { startGaugeway } from "../e2e/gaugeway-server.ts";

/**
 * The whole server is killed while it scrapes: whatever an export has shown before the kill, an
 * export after the restart shows again, and nothing that the exporter never served. The store alone
 * is killed far more often in `tsdb-kill.test.ts`; here its worker, the scrapes and the restart of a
 * real process are in play.
 *
 * GAUGEWAY_SERVER_KILLS changes the number of kills.
 */
const KILLS = Number(process.env["GAUGEWAY_SERVER_KILLS"] ?? 8);
const SCRAPE_MS = 200;
const ALIVE_MS_MAX = 1500;

/** Counts its scrapes and remembers what it has served. */
async function startCounter() {
  let count = 0;
  const server = createServer((_request, response) => {
    count += 1;
    response.setHeader("content-type", "text/plain; version=0.0.4");
    response.end(`# TYPE served_total counter\nserved_total ${count}\n`);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    target: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    served: () => count,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

function ask(socketPath: string, method: string, path: string, body = ""): Promise<string> {
  return new Promise((done, fail) => {
    const call = request({ socketPath, method, path, agent: false }, (answer) => {
      let text = "";
      answer.on("data", (chunk: Buffer) => (text += chunk.toString()));
      answer.once("error", fail);
      answer.once("end", () => done(text));
    });
    call.once("error", fail);
    call.end(body);
  });
}

/** The samples of one series as `value timestamp`, in the order of an export. */
async function exported(socketPath: string, selector: string): Promise<readonly string[]> {
  const text = await ask(socketPath, "POST", "/export", JSON.stringify({ selectors: [selector] }));
  if (!text.endsWith("# EOF\n")) throw new Error(`the export broke off: ${text.slice(-200)}`);
  return Array.from(text.matchAll(/^[a-z_]+\{[^}]*\} (.+)$/gm), ([, sample = ""]) => sample);
}

async function commits(socketPath: string): Promise<number> {
  const status = JSON.parse(await ask(socketPath, "GET", "/status")) as {
    readonly store: { readonly commits: number };
  };
  return status.store.commits;
}

/**
 * Batches wait up to 5 ms for others to share their commit, and are readable meanwhile; a later
 * commit holds all of them.
 */
async function untilNextCommit(socketPath: string): Promise<void> {
  const seen = await commits(socketPath);
  await expect.poll(() => commits(socketPath), { interval: 10 }).toBeGreaterThan(seen);
}

function timesOf(samples: readonly string[]): readonly (string | undefined)[] {
  return samples.map((sample) => sample.split(" ")[1]);
}

test(
  `what an export showed is there after each of ${KILLS} kills of the server`,
  { timeout: 240_000 },
  async () => {
    const dataFolder = await mkdtemp(join(tmpdir(), "gaugeway-server-kill-"));
    const socketPath = join(dataFolder, "control.sock");
    await using counter = await startCounter();
    const config = `scrape_configs:
  - job_name: counter
    scrape_interval: ${SCRAPE_MS}ms
    scrape_timeout: ${SCRAPE_MS}ms
    static_configs: [{targets: ["${counter.target}"]}]
`;
    let before: readonly string[] = [];
    let upBefore: readonly string[] = [];
    try {
      for (let kill = 0; kill <= KILLS; kill++) {
        await using gateway = await startGaugeway(config, { dataFolder });
        const upAfter = await exported(socketPath, "up");
        const after = await exported(socketPath, "served_total");
        const upLater = await exported(socketPath, "up");
        expect(after.slice(0, before.length)).toEqual(before);
        expect(upAfter.slice(0, upBefore.length)).toEqual(upBefore);
        const values = after.map((sample) => Number(sample.split(" ")[0]));
        // The exporter's own count: nothing twice, nothing out of order, nothing made up.
        expect(values).toEqual([...new Set(values)].toSorted((a, b) => a - b));
        expect(values.at(-1) ?? 0).toBeLessThanOrEqual(counter.served());
        // A scrape is stored whole: it has its `up` of 1, with the same time. Scrapes go on meanwhile.
        const times = timesOf(after);
        const [good, goodLater] = [upAfter, upLater].map((samples) =>
          timesOf(samples.filter((sample) => sample.startsWith("1 "))),
        );
        expect(times.slice(0, good?.length)).toEqual(good);
        expect(goodLater?.slice(0, times.length)).toEqual(times);
        expect(gateway.log()).not.toMatch(/"level":"(error|fatal)"/);

        // Not in step with the scrapes, and no two kills alike.
        await sleep(SCRAPE_MS + ((kill * 617) % ALIVE_MS_MAX));
        before = await exported(socketPath, "served_total");
        upBefore = await exported(socketPath, "up");
        await untilNextCommit(socketPath);
        gateway.signal("SIGKILL");
        expect(await gateway.exited).toMatchObject({ signal: "SIGKILL" });
      }
      expect(before.length).toBeGreaterThan(KILLS);
    } finally {
      await rm(dataFolder, { recursive: true, force: true });
    }
  },
);
