/**
 * How long a token outlives what is taken away: not one request. Commands take it away in a process of
 * their own while requests with the token never pause; none that begins after the command has ended is
 * let in (isolation checklist, E47, E50, F55).
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { cliFor, type GaugewayCli } from "../e2e/gaugeway-cli.ts";
import { type GaugewayServer, startGaugeway } from "../e2e/gaugeway-server.ts";

let gateway: GaugewayServer;
let gaugeway: GaugewayCli;

beforeAll(async () => {
  gateway = await startGaugeway("");
  gaugeway = cliFor(gateway.configFile);
});
afterAll(async () => await gateway[Symbol.asyncDispose]());

interface Issued {
  readonly id: string;
  readonly secret: string;
}

async function newClient(tenant: string): Promise<Issued> {
  await gaugeway.ok("tenant", "create", tenant);
  const scopes = ["-s", "metrics.read", "metrics.query"];
  return gaugeway.json<Issued>("client", "create", "c", "-t", tenant, ...scopes);
}

async function tokenOf({ id, secret }: Issued): Promise<string> {
  const answer = await fetch(`${gateway.url}/oauth2/token`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

async function statusOf(token: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${gateway.url}/metrics/v1`, { headers });
  await answer.body?.cancel();
  return answer.status;
}

interface Attempt {
  readonly beganMs: number;
  readonly status: number;
}

/** Requests one after the other until told to stop: so few that none is refused for being too many. */
async function keepAsking(token: string, signal: AbortSignal): Promise<readonly Attempt[]> {
  const attempts: Attempt[] = [];
  while (!signal.aborted) {
    const beganMs = performance.now();
    attempts.push({ beganMs, status: await statusOf(token) });
    await new Promise((done) => setTimeout(done, 120));
  }
  return attempts;
}

const ends: readonly (readonly [
  what: string,
  expected: number,
  command: (client: Issued, token: string, tenant: string) => readonly string[],
])[] = [
  ["its client is revoked", 401, ({ id }) => ["client", "revoke", id]],
  ["all tokens of its client are", 401, ({ id }) => ["client", "revoke-tokens", id]],
  ["it is revoked itself", 401, (_client, token) => ["token", "revoke", token]],
  ["its tenant is deleted", 401, (_client, _token, tenant) => ["tenant", "delete", tenant]],
  ["its scope is taken away", 403, ({ id }) => ["client", "scopes", id, "-s", "metrics.query"]],
  ["the keys are forgotten", 401, () => ["token", "forget-keys"]],
];

test.each(ends)("a token ends when %s", { timeout: 60_000 }, async (what, expected, command) => {
  const tenant = what.replaceAll(/\W+/g, "-");
  const client = await newClient(tenant);
  const token = await tokenOf(client);
  const other = await tokenOf(client);
  const stop = new AbortController();
  const asking = keepAsking(token, stop.signal);
  await gaugeway.ok(...command(client, token, tenant));
  const endedMs = performance.now();
  const next = await statusOf(token);
  stop.abort();
  const attempts = await asking;

  expect(next).toBe(expected);
  expect(attempts.some(({ status }) => status === 200)).toBe(true);
  const late = attempts.filter(({ beganMs, status }) => beganMs > endedMs && status === 200);
  expect(late).toEqual([]);
  // Only the token that was revoked by itself has a sibling that lives on.
  expect(await statusOf(other)).toBe(what === "it is revoked itself" ? 200 : expected);
  expect(gateway.log()).not.toContain(token);
});
