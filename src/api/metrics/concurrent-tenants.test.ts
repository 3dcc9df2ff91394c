import { connect as connectHttp2, type ClientHttp2Session } from "node:http2";
import { mkdtemp, rm } from "node:fs/promises";
import { request as httpsRequest, Agent } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeCertificate } from "../../../test/e2e/certificate.ts";
import {
  basic,
  fakeApi,
  fakeAuthenticate,
  fakeSnapshots,
  tenantClient,
} from "../../../test/fakes/fake-api.ts";
import { startTestServer, type TestServer } from "../../../test/fakes/http-test-server.ts";
import { createRoutes } from "../create-routes.ts";
import { PUBLIC_SURFACES } from "../surfaces.ts";

const TENANTS = 10;
const REQUESTS = 1000;
/** Large enough that bodies of several tenants are under way at once. */
const CHUNKS = 4;
const CHUNK_BYTES = 48 * 1024;

let folder = "";
let started: TestServer;
const released: string[] = [];
const admitted: string[] = [];

/** One tenant's body, shared by all its scrapes: its letter, over and over. */
const bodies = Array.from({ length: TENANTS }, (_, tenant) => {
  const chunk = new Uint8Array(CHUNK_BYTES).fill(97 + tenant);
  return {
    kind: "whole" as const,
    chunks: Array.from({ length: CHUNKS }, () => chunk),
    byteLength: CHUNKS * CHUNK_BYTES,
    seriesCount: tenant,
  };
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gaugeway-tenants-"));
  const files = await makeCertificate(folder);
  if (files === null) throw new Error("the openssl program is missing");
  const clients = Array.from({ length: TENANTS }, (_, tenant) => tenantClient(`t${tenant}`));
  const api = fakeApi({
    authenticate: fakeAuthenticate(clients),
    scrapeAdmission: {
      standing: () => [],
      admit: ({ clientId }) => {
        admitted.push(clientId);
        return { admitted: true, standing: [], release: () => released.push(clientId) };
      },
    },
    snapshots: fakeSnapshots(async ({ entitlement }) => {
      const tenant = Number(/t(\d+)/.exec(entitlement.selectors[0] ?? "")?.[1]);
      await new Promise((resolve) => setTimeout(resolve, tenant % 3));
      const body = bodies[tenant];
      if (body === undefined) throw new Error("no such tenant");
      return body;
    }),
  });
  started = await startTestServer({
    routes: createRoutes(api),
    surfaces: PUBLIC_SURFACES,
    tls: { ...files, minVersion: "TLSv1.2", checkIntervalMs: 60_000 },
  });
});

afterAll(async () => {
  await started.server.close(0);
  await rm(folder, { recursive: true, force: true });
});

/** The letters of what was received, before the client left or the body ended. */
type Received = ReadonlySet<string>;

function lettersOf(chunks: readonly Buffer[]): Received {
  const letters = new Set<string>();
  for (const chunk of chunks) for (const byte of chunk) letters.add(String.fromCharCode(byte));
  return letters;
}

function scrapeHttp1(agent: Agent, tenant: number, leaveEarly: boolean): Promise<Received> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const done = () => resolve(lettersOf(chunks));
    const options = {
      port: started.port,
      host: "127.0.0.1",
      path: "/metrics/v1",
      headers: basic(`t${tenant}`),
      agent,
    };
    const request = httpsRequest(options, (response) => {
      response.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        if (leaveEarly) request.destroy();
      });
      response.on("close", done);
      response.on("error", () => undefined);
    });
    request.on("error", done);
    request.end();
  });
}

function scrapeHttp2(
  session: ClientHttp2Session,
  tenant: number,
  leaveEarly: boolean,
): Promise<Received> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const stream = session.request({ ":path": "/metrics/v1", ...basic(`t${tenant}`) });
    stream.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      if (leaveEarly) stream.close();
    });
    stream.on("error", () => undefined);
    stream.on("close", () => resolve(lettersOf(chunks)));
    stream.end();
  });
}

test("a thousand scrapes of many tenants, some given up, never mix", async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 12, rejectUnauthorized: false });
  const sessions = Array.from({ length: 3 }, () =>
    connectHttp2(`https://localhost:${started.port}`, { rejectUnauthorized: false }),
  );
  const work = Array.from({ length: REQUESTS }, (_, i) => i);
  const wrong: string[] = [];
  await Promise.all(
    Array.from({ length: 24 }, async () => {
      for (let i = work.pop(); i !== undefined; i = work.pop()) {
        const tenant = (i * 7) % TENANTS;
        const leaveEarly = i % 5 === 0;
        const session = sessions[i % sessions.length];
        const received =
          i % 2 === 0 || session === undefined
            ? await scrapeHttp1(agent, tenant, leaveEarly)
            : await scrapeHttp2(session, tenant, leaveEarly);
        const expected = String.fromCharCode(97 + tenant);
        if ([...received].join() !== expected) wrong.push(`${expected}: ${[...received].join()}`);
      }
    }),
  );
  expect(wrong).toEqual([]);
  for (const session of sessions) session.close();
  agent.destroy();
  // Nothing that was admitted is still counted, however its client left.
  await expect.poll(() => started.count("gaugeway_http_requests_in_flight", "test")).toBe(0);
  expect(released.toSorted()).toEqual(admitted.toSorted());
  expect(admitted).toHaveLength(REQUESTS);
});
