/**
 * What is taken away is gone with the next request, also where another process took it and where the
 * body was made a moment before (isolation checklist, E47, E50, F52, F55).
 */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type ExpositionServer, startExpositionServer } from "../e2e/exposition-server.ts";
import { cliFor, type GaugewayCli } from "../e2e/gaugeway-cli.ts";
import { type GaugewayServer, startGaugeway } from "../e2e/gaugeway-server.ts";
import { basic, bodyOf, rawAnswer, statusOf } from "./raw-answer.ts";

let exporter: ExpositionServer;
let gateway: GaugewayServer;
let gaugeway: GaugewayCli;

interface Issued {
  readonly id: string;
  readonly secret: string;
}

beforeAll(async () => {
  exporter = await startExpositionServer('# TYPE wide gauge\nwide{part="a"} 1\nwide{part="b"} 2\n');
  gateway = await startGaugeway(`scrape_configs:
  - job_name: exporter
    scrape_interval: 1s
    scrape_timeout: 1s
    static_configs: [{targets: ["${exporter.target}"]}]
`);
  gaugeway = cliFor(gateway.configFile);
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await exporter[Symbol.asyncDispose]();
});

async function read({ id, secret }: Issued): Promise<string> {
  const answer = await rawAnswer(gateway.url, { headers: [basic(id, secret)] });
  return statusOf(answer) === 200 ? bodyOf(answer) : `${statusOf(answer)}`;
}

const seen = (body: string): readonly string[] =>
  Array.from(body.matchAll(/^wide\{.*part="(\w)"/gm), ([, part = ""]) => part);

function createClient(tenant: string): Promise<Issued> {
  return gaugeway.json<Issued>("client", "create", "c", "-t", tenant, "-s", "metrics.read");
}

test("entitlements, clients and tenants end with the next request", async () => {
  await gaugeway.ok("tenant", "create", "acme");
  const client = await createClient("acme");
  const second = await createClient("acme");
  expect(seen(await read(client))).toEqual([]);
  await gaugeway.ok("tenant", "entitle", "acme", "--select", "wide");
  await vi.waitFor(async () => expect(seen(await read(client))).toEqual(["a", "b"]), {
    timeout: 20_000,
    interval: 200,
  });

  // The body of the wide rule is warm; the very next answer must be of the narrow one.
  await gaugeway.ok("tenant", "entitle", "acme", "--select", 'wide{part="b"}');
  expect(seen(await read(client))).toEqual(["b"]);
  await gaugeway.ok("tenant", "entitle", "acme", "--nothing");
  expect(seen(await read(client))).toEqual([]);
  await gaugeway.ok("tenant", "entitle", "acme", "--select", "wide");
  expect(seen(await read(client))).toEqual(["a", "b"]);

  await gaugeway.ok("client", "revoke", client.id);
  expect(await read(client)).toBe("401");
  expect(seen(await read(second))).toEqual(["a", "b"]);
  const rotated = await gaugeway.json<Issued>("client", "rotate", second.id, "--overlap", "0s");
  expect(await read(second)).toBe("401");
  expect(seen(await read(rotated))).toEqual(["a", "b"]);

  // A tenant that comes back under the same name is another one.
  await gaugeway.ok("tenant", "delete", "acme");
  expect(await read(rotated)).toBe("401");
  await gaugeway.ok("tenant", "create", "acme");
  expect(await read(rotated)).toBe("401");
  expect(seen(await read(await createClient("acme")))).toEqual([]);
}, 180_000);
