/**
 * A target under an enemy's control: it can neither forge lines in what tenants get, nor take the
 * label by which an entitlement tells whose a series is (isolation checklist, G58, I71).
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseStrict } from "#exposition";
import { labelValue } from "#model";
import { cliFor } from "../e2e/gaugeway-cli.ts";
import { type GaugewayServer, startGaugeway } from "../e2e/gaugeway-server.ts";
import { basic, bodyOf, rawAnswer, statusOf, untilRead } from "./raw-answer.ts";

const SECRET = "isolation-Secret-that-is-long-enough-0123456789";
const FORGED = 'forged{customer=\\"bravo\\"} 666';

/** As the text format escapes them: each value tries to end its line or its quotes. */
const INJECTIONS = [
  `x\\n${FORGED}`,
  `x\\"} 1\\n${FORGED}`,
  `x\\\\\\"}\\n# EOF\\n${FORGED}`,
  `x\r${FORGED}`,
  `x\u2028${FORGED}`,
  `x\u2029${FORGED}`,
  `x\u0085${FORGED}`,
  `x\u0000${FORGED}`,
  `x # {trace_id=\\"a\\"} 1`,
  "x\\\\",
  "\u202e\u200b",
];

const HOSTILE = `# HELP hostile Ends the line\\n${FORGED}\\n# EOF\r
# TYPE hostile gauge
${INJECTIONS.map((value, at) => `hostile{at="${at}",value="${value}"} 1`).join("\n")}
# HELP taken Wants to be of bravo.
# TYPE taken gauge
taken{customer="bravo"} 666
taken{customer="bravo",exported_customer="bravo",job="bravo",instance="bravo"} 667
`;

const TRUE_BRAVO = `# TYPE own gauge\nown 7\n`;

/** What each path answers; a Buffer where the bytes are no UTF-8. */
const PAGES: Readonly<Record<string, string | Buffer>> = {
  "/hostile": HOSTILE,
  "/bravo": TRUE_BRAVO,
  "/not-utf-8": Buffer.from('torn{value="\xff\xfe\xc0\xaf"} 666\nwhole 1\n', "latin1"),
  "/forged-name": "bad\u2028name{} 1\n",
};

let server: Server;
let gateway: GaugewayServer;

function job(name: string, customer: string, more = ""): string {
  const { port } = server.address() as AddressInfo;
  return `
  - job_name: ${name}
    metrics_path: /${name}
    scrape_interval: 1s
    scrape_timeout: 1s${more}
    static_configs: [{targets: ["127.0.0.1:${port}"], labels: {customer: ${customer}}}]`;
}

const tenant = (name: string): string => `
  - name: ${name}
    entitlement: {selectors: ['{customer="${name}"}']}
    clients: [{id: gwc_${name}, name: ${name}, secret: ${SECRET}, scopes: [metrics.read]}]`;

beforeAll(async () => {
  server = createServer((request, response) => {
    response.setHeader("content-type", "text/plain; version=0.0.4; charset=utf-8");
    response.end(PAGES[request.url ?? ""] ?? "");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const jobs = [
    job("hostile", "acme"),
    job("bravo", "bravo"),
    job("not-utf-8", "acme"),
    job("forged-name", "acme"),
  ];
  gateway = await startGaugeway(
    `scrape_configs:${jobs.join("")}\ntenants:${tenant("acme")}${tenant("bravo")}\n`,
  );
  await untilRead(gateway.url, { headers: [basic("gwc_acme", SECRET)] }, "taken{");
  await untilRead(gateway.url, { headers: [basic("gwc_bravo", SECRET)] }, "own{");
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  server.closeAllConnections();
  server.close();
});

async function read(name: string, ...headers: readonly string[]): Promise<string> {
  const answer = await rawAnswer(gateway.url, {
    headers: [basic(`gwc_${name}`, SECRET), ...headers],
  });
  expect(statusOf(answer)).toBe(200);
  return Buffer.from(bodyOf(answer), "latin1").toString();
}

test("no value, help or name ends its line", async () => {
  for (const accept of ["application/openmetrics-text;version=1.0.0", "text/plain"]) {
    const body = await read("acme", `Accept: ${accept}`);
    const lines = body.split("\n");
    expect(lines.filter((line) => line.startsWith("forged"))).toEqual([]);
    expect(lines.filter((line) => line === "# EOF").length).toBe(accept === "text/plain" ? 0 : 1);
    const hostile = lines.filter((line) => line.startsWith("hostile{"));
    expect(hostile.length).toBe(INJECTIONS.length);
    for (const line of hostile) expect(line).toMatch(/" ?\} 1$|"\} 1$/);
    expect(body).not.toContain("torn");
    expect(body).not.toContain("bad\u2028name");
  }
});

test("a strict parser reads back exactly the values that the target meant", async () => {
  const body = await read("acme", "Accept: application/openmetrics-text;version=1.0.0");
  const hostile = parseStrict(Buffer.from(body)).find(({ family: name }) => name === "hostile");
  const values = (hostile?.samples ?? []).map(({ labels }) => labelValue(labels, "value"));
  const meant = INJECTIONS.map((escaped) =>
    escaped.replace(/\\(n|"|\\)/g, (_all, char: string) => (char === "n" ? "\n" : char)),
  );
  expect(values.toSorted()).toEqual(meant.toSorted());
});

test("labels that the configuration attaches win over the target's", async () => {
  const acme = await read("acme");
  expect(acme).toMatch(/^taken\{.*customer="acme".*exported_customer="bravo".*\} 666$/m);
  expect(acme).toMatch(/^taken\{.*customer="acme".*exported_job="bravo".*\} 667$/m);
  const bravo = await read("bravo");
  expect(bravo).not.toContain("taken");
  expect(bravo).not.toContain("666");
});

test("bytes that are no text fail their own target alone, and the message stays one line", async () => {
  const gaugeway = cliFor(gateway.configFile);
  const targets = await gaugeway.ok("targets");
  const lineOf = (name: string): string =>
    targets.split("\n").find((line) => line.startsWith(name)) ?? "";
  expect(lineOf("hostile")).toContain(" up ");
  expect(lineOf("not-utf-8")).toContain(" down ");
  expect(lineOf("forged-name")).toContain(" down ");
  expect(targets.trimEnd().split("\n").length).toBe(5);
});
