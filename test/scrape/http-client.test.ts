import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import {
  createServer as createHttp,
  type IncomingMessage,
  request as httpRequest,
} from "node:http";
import { createSecureServer } from "node:http2";
import { type AddressInfo, connect, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { expect, test } from "vitest";
import {
  type HttpClientConfig,
  PLAIN_HTTP_CLIENT,
  PLAIN_TLS,
  type ScrapeJobConfig,
  type TextSource,
} from "#sources";
import { makeNamedCertificate } from "./named-certificate.ts";
import {
  type Harness,
  jobConfig,
  startExporter,
  startHarness,
  textAnswer,
} from "./scrape-fixture.ts";

function inline(value: string): TextSource {
  return { kind: "inline", value };
}

function jobFor(
  address: string,
  http: Partial<HttpClientConfig>,
  overrides: Partial<ScrapeJobConfig> = {},
): ScrapeJobConfig {
  return jobConfig({
    staticConfigs: [{ targets: [address], labels: {} }],
    http: { ...PLAIN_HTTP_CLIENT, ...http },
    ...overrides,
  });
}

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "gaugeway-scrape-"));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return (server.address() as AddressInfo).port;
}

test("what a scrape sends is what Prometheus 3.5 sends, but for the name", async () => {
  await using exporter = await startExporter("a 1\n");
  await using harness = startHarness();
  harness.apply(jobFor(exporter.address, {}, { scrapeTimeoutMs: 2_500 }));
  await harness.round();
  expect(exporter.requests[0]).toMatchObject({
    method: "GET",
    url: "/metrics",
    headers: {
      host: exporter.address,
      "user-agent": "Gaugeway/1.2.3",
      accept:
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
      "accept-encoding": "gzip",
      "x-prometheus-scrape-timeout-seconds": "2.5",
    },
  });
});

test("protocols, escaping and compression as configured", async () => {
  await using exporter = await startExporter("a 1\n");
  await using harness = startHarness();
  const overrides = {
    scrapeProtocols: ["PrometheusText1.0.0", "PrometheusText0.0.4"],
    metricNameEscaping: "dots",
    enableCompression: false,
  } as const;
  harness.apply(jobFor(exporter.address, {}, overrides));
  await harness.round();
  expect(exporter.requests[0]?.headers).toMatchObject({
    accept: "text/plain;version=1.0.0;escaping=dots;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.4",
    "accept-encoding": "identity",
  });
});

test("a connection is used again for the next scrape", async () => {
  await using exporter = await startExporter("a 1\n");
  await using harness = startHarness();
  harness.apply(jobFor(exporter.address, {}));
  await harness.round();
  await harness.round();
  const ports = exporter.requests.map((request) => request.socket.remotePort);
  expect(ports[0]).toBe(ports[1]);
});

test("basic_auth is sent as it is, and files are read for every request and trimmed", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "password");
    await writeFile(path, "p:w%41\n");
    await using exporter = await startExporter("a 1\n");
    await using harness = startHarness();
    const password = { kind: "file", path } as const;
    const authentication = { kind: "basic", username: inline("us er"), password } as const;
    harness.apply(jobFor(exporter.address, { authentication }));
    await harness.round();
    await writeFile(path, "  rotated  ");
    await harness.round();
    await rm(path);
    await harness.round();
    const sent = exporter.requests.map((request) =>
      Buffer.from(request.headers.authorization?.slice(6) ?? "", "base64").toString(),
    );
    expect(sent).toEqual(["us er:p:w%41", "us er:rotated"]);
    expect(harness.error()).toMatch(/^unable to read file .*password: ENOENT/);
    expect(harness.error()).not.toContain("rotated");
  });
});

test("authorization and http_headers, several values each on its own line", async () => {
  await using exporter = await startExporter("a 1\n");
  await using harness = startHarness();
  const authentication = {
    kind: "authorization",
    type: "Token",
    credentials: inline("s3"),
  } as const;
  const headers = [{ name: "X-Scope", values: [inline("one"), inline("two")] }];
  harness.apply(jobFor(exporter.address, { authentication, headers }));
  await harness.round();
  expect(exporter.requests[0]?.headers.authorization).toBe("Token s3");
  expect(exporter.requests[0]?.headersDistinct["x-scope"]).toEqual(["one", "two"]);
});

/** Where the request went, and the secrets that it carried. */
function secrets(request: IncomingMessage): unknown[] {
  return [request.url, request.headers.authorization, request.headers["x-api-key"]];
}

test("a redirect is followed; to another origin it takes no credentials along", async () => {
  await using other = await startExporter("a 1\n");
  await using exporter = await startExporter((request, response) => {
    const location = request.url === "/metrics" ? "/moved" : `http://${other.address}/m?x=1`;
    response.writeHead(302, { location });
    response.end();
  });
  await using harness = startHarness();
  const authentication = {
    kind: "authorization",
    type: "Bearer",
    credentials: inline("s"),
  } as const;
  const headers = [{ name: "x-api-key", values: [inline("k")] }];
  harness.apply(jobFor(exporter.address, { authentication, headers }));
  await harness.round();
  expect(harness.error()).toBe("");
  expect(exporter.requests.map(secrets)).toEqual([
    ["/metrics", "Bearer s", "k"],
    ["/moved", "Bearer s", "k"],
  ]);
  expect(other.requests.map(secrets)).toEqual([["/m?x=1", undefined, undefined]]);
  expect(other.requests[0]?.headers.accept).toContain("openmetrics");
});

test("follow_redirects false: a redirect is a failure", async () => {
  await using exporter = await startExporter((_request, response) => {
    response.writeHead(301, { location: "/x" });
    response.end();
  });
  await using harness = startHarness();
  harness.apply(jobFor(exporter.address, { followRedirects: false }));
  await harness.round();
  expect(harness.error()).toBe("server returned HTTP status 301 Moved Permanently");
});

/** A token endpoint that notes what it is asked. */
async function startTokenServer(
  answer: (form: URLSearchParams, request: IncomingMessage) => { status: number; body: unknown },
): Promise<{ url: string; forms: URLSearchParams[] } & AsyncDisposable> {
  const forms: URLSearchParams[] = [];
  const server = await startExporter((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString());
      forms.push(form);
      const { status, body } = answer(form, request);
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    });
  });
  return {
    url: `http://${server.address}/token?tenant=1`,
    forms,
    [Symbol.asyncDispose]: async () => await server[Symbol.asyncDispose](),
  };
}

function oauth2(tokenUrl: string, clientSecret: TextSource): Partial<HttpClientConfig> {
  return {
    authentication: {
      kind: "oauth2",
      clientId: "id &",
      clientSecret,
      scopes: ["metrics.read", "b"],
      tokenUrl,
      endpointParams: { audience: "x" },
      tls: PLAIN_TLS,
      proxy: { kind: "none" },
    },
  };
}

test("oauth2: one token for all targets of the job, fetched again 10 s before it expires", async () => {
  let issued = 0;
  const authorizations: (string | undefined)[] = [];
  await using tokens = await startTokenServer((_form, request) => {
    authorizations.push(request.headers.authorization);
    return {
      status: 200,
      body: { access_token: `t${++issued}`, token_type: "bearer", expires_in: "35" },
    };
  });
  await using exporter = await startExporter("a 1\n");
  await using harness = startHarness();
  const staticConfigs = [{ targets: [exporter.address], labels: { n: "1" } }];
  const more = [...staticConfigs, { targets: [exporter.address], labels: { n: "2" } }];
  const job = jobFor("unused", oauth2(tokens.url, inline("s+c/t")), { staticConfigs: more });
  harness.apply({ ...job, scrapeIntervalMs: 10_000 });
  for (let i = 0; i < 4; i++) await harness.round();
  const used = exporter.requests.map((request) => request.headers.authorization);
  expect(used.slice(0, 6)).toEqual(Array(6).fill("Bearer t1"));
  expect(used.slice(-2)).toEqual(["Bearer t2", "Bearer t2"]);
  expect(issued).toBe(2);
  const basic = Buffer.from(authorizations[0]?.slice(6) ?? "", "base64").toString();
  expect(basic).toBe("id+%26:s%2Bc%2Ft");
  expect(Object.fromEntries(tokens.forms[0] ?? [])).toEqual({
    grant_type: "client_credentials",
    scope: "metrics.read b",
    audience: "x",
  });
});

test("oauth2: credentials in the body where Basic is refused, and that is remembered", async () => {
  await using tokens = await startTokenServer((form) =>
    form.get("client_id") === "id &" && form.get("client_secret") === "secret"
      ? { status: 200, body: { access_token: "t", expires_in: 11 } }
      : { status: 401, body: { error: "invalid_client" } },
  );
  await using exporter = await startExporter("a 1\n");
  await using harness = startHarness();
  harness.apply(jobFor(exporter.address, oauth2(tokens.url, inline("secret"))));
  await harness.round();
  await harness.round();
  expect(harness.error()).toBe("");
  expect(tokens.forms.map((form) => form.has("client_secret"))).toEqual([false, true, true]);
});

test("oauth2: the endpoint's reason is shown, the secret is not; a changed secret is used at once", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "secret");
    await writeFile(path, "old-secret\n");
    let accepted = "new-secret";
    await using tokens = await startTokenServer((_form, request) => {
      const pair = Buffer.from(request.headers.authorization?.slice(6) ?? "", "base64").toString();
      return pair.endsWith(`:${accepted}`)
        ? { status: 200, body: { access_token: `for-${accepted}` } }
        : { status: 400, body: { error: "invalid_scope", error_description: "no scope b" } };
    });
    await using exporter = await startExporter("a 1\n");
    await using harness = startHarness();
    harness.apply(jobFor(exporter.address, oauth2(tokens.url, { kind: "file", path })));
    await harness.round();
    expect(harness.error()).toMatch(
      /^oauth2: cannot fetch token from http.*\/token: status 400: invalid_scope: no scope b$/,
    );
    expect(harness.error()).not.toMatch(/secret/);
    await writeFile(path, "new-secret");
    await harness.round();
    await harness.round();
    accepted = "third-secret";
    await writeFile(path, accepted);
    await harness.round();
    expect(exporter.requests.map((request) => request.headers.authorization)).toEqual([
      "Bearer for-new-secret",
      "Bearer for-new-secret",
      "Bearer for-third-secret",
    ]);
  });
});

/** A proxy for absolute-form requests and CONNECT; notes what went through it. */
async function startProxy(): Promise<
  { address: string; seen: (readonly [string, string | undefined])[] } & AsyncDisposable
> {
  const seen: (readonly [string, string | undefined])[] = [];
  const server = createHttp((request, response) => {
    seen.push([`${request.method} ${request.url}`, request.headers["proxy-authorization"]]);
    const url = new URL(request.url ?? "");
    const onward = httpRequest(url, { headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.end();
  });
  server.on("connect", (request, socket, head) => {
    const own = request.headersDistinct["x-proxy"]?.join(",");
    seen.push([`CONNECT ${request.url} ${own ?? ""}`, request.headers["proxy-authorization"]]);
    const [host = "", port = ""] = (request.url ?? "").split(":");
    const onward = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      onward.write(head);
      onward.pipe(socket);
      socket.pipe(onward);
    });
    onward.on("error", () => socket.destroy());
    socket.on("error", () => onward.destroy());
  });
  const port = await listen(server);
  return {
    address: `127.0.0.1:${port}`,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

test("an http target goes through the proxy, with the proxy's credentials", async () => {
  await using exporter = await startExporter("a 1\n");
  await using proxy = await startProxy();
  await using harness = startHarness();
  const url = `http://u:p@${proxy.address}`;
  const config = { kind: "url", url, noProxy: "", connectHeaders: {} } as const;
  harness.apply(jobFor(exporter.address, { proxy: config }));
  await harness.round();
  expect(harness.error()).toBe("");
  const basic = `Basic ${Buffer.from("u:p").toString("base64")}`;
  expect(proxy.seen).toEqual([[`GET http://${exporter.address}/metrics`, basic]]);
});

test("no_proxy and the environment decide who goes through it", async () => {
  await using exporter = await startExporter("a 1\n");
  await using proxy = await startProxy();
  const environment = { http_proxy: proxy.address };
  await using harness = startHarness({ environment });
  harness.apply(
    jobFor(exporter.address, { proxy: { kind: "environment", connectHeaders: {} } }),
    jobFor(
      exporter.address,
      {
        proxy: {
          kind: "url",
          url: "http://127.0.0.1:1",
          noProxy: "127.0.0.0/8",
          connectHeaders: {},
        },
      },
      { jobName: "direct" },
    ),
  );
  await harness.round();
  expect(harness.store.report("up")).toEqual([1, 1]);
  expect(proxy.seen).toEqual([]);
});

interface TlsTarget extends AsyncDisposable {
  readonly port: number;
  readonly certFile: string;
  readonly clientNames: (string | undefined)[];
  readonly versions: string[];
}

/** An HTTPS exporter that speaks HTTP/2 too and notes the client's certificate. */
async function startTlsExporter(folder: string): Promise<TlsTarget> {
  const { certFile, keyFile } = await makeNamedCertificate(folder, "exporter");
  const clientNames: (string | undefined)[] = [];
  const versions: string[] = [];
  const server = createSecureServer(
    {
      cert: await readFile(certFile),
      key: await readFile(keyFile),
      allowHTTP1: true,
      requestCert: true,
      rejectUnauthorized: false,
    },
    (request, response) => {
      versions.push(request.httpVersion);
      response.setHeader("content-type", "text/plain; version=0.0.4");
      response.end("a 1\n");
    },
  );
  server.on("secureConnection", (socket: TLSSocket) => {
    clientNames.push(socket.getPeerCertificate().subject?.CN?.toString());
  });
  const port = await listen(server);
  return {
    port,
    certFile,
    clientNames,
    versions,
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        setTimeout(resolve, 200);
      });
    },
  };
}

test("TLS: the CA is needed, a client certificate is shown and its rotation noticed", async ({
  skip,
}) => {
  await withFolder(async (folder) => {
    const exporter = await startTlsExporter(folder).catch(() => null);
    if (exporter === null) skip("openssl is missing: apt-get install openssl");
    await using target = exporter as TlsTarget;
    const scheme = { scheme: "https" } as const;
    const address = `localhost:${target.port}`;
    await using stranger = startHarness();
    stranger.apply(jobFor(address, {}, scheme));
    await stranger.round();
    expect(stranger.error()).toMatch(/self-signed certificate/);

    const one = await makeNamedCertificate(folder, "scraper-1");
    const two = await makeNamedCertificate(folder, "scraper-2");
    const certFile = join(folder, "client.crt");
    const keyFile = join(folder, "client.key");
    const install = async (pair: typeof one): Promise<void> => {
      await copyFile(pair.certFile, certFile);
      await copyFile(pair.keyFile, keyFile);
    };
    await install(one);
    const tls = {
      ...PLAIN_TLS,
      ca: { kind: "file", path: target.certFile },
      cert: { kind: "file", path: certFile },
      key: { kind: "file", path: keyFile },
    } as const;
    await using harness = startHarness();
    harness.apply(jobFor(address, { tls }, scheme));
    await harness.round();
    expect(harness.error()).toBe("");
    await install(two);
    await harness.round();
    expect(target.clientNames).toEqual(["scraper-1", "scraper-2"]);
  });
});

test("TLS: server_name, insecure_skip_verify, version limits, and CONNECT through a proxy", async ({
  skip,
}) => {
  await withFolder(async (folder) => {
    const exporter = await startTlsExporter(folder).catch(() => null);
    if (exporter === null) skip("openssl is missing: apt-get install openssl");
    await using target = exporter as TlsTarget;
    await using proxy = await startProxy();
    const address = `127.0.0.1:${target.port}`;
    const ca = { kind: "file", path: target.certFile } as const;
    const url = `http://${proxy.address}`;
    const connectHeaders = { "x-proxy": ["mine"] };
    const variants: [string, Partial<HttpClientConfig>, RegExp][] = [
      ["plain", { tls: { ...PLAIN_TLS, ca } }, /^$/],
      ["name", { tls: { ...PLAIN_TLS, ca, serverName: "localhost" } }, /^$/],
      ["wrong", { tls: { ...PLAIN_TLS, ca, serverName: "other.example" } }, /altnames|Hostname/],
      ["any", { tls: { ...PLAIN_TLS, insecureSkipVerify: true } }, /^$/],
      ["old", { tls: { ...PLAIN_TLS, ca, minVersion: "TLSv1", maxVersion: "TLSv1.1" } }, /./],
      [
        "proxy",
        { tls: { ...PLAIN_TLS, ca }, proxy: { kind: "url", url, noProxy: "", connectHeaders } },
        /^$/,
      ],
      ["http1", { tls: { ...PLAIN_TLS, ca }, enableHttp2: false }, /^$/],
    ];
    await using harness: Harness = startHarness();
    harness.apply(
      ...variants.map(([jobName, http]) => jobFor(address, http, { jobName, scheme: "https" })),
    );
    await harness.round();
    const found = harness.manager.targets().activeTargets;
    for (const [jobName, , error] of variants) {
      const lastError = found.find((one) => one.scrapePool === jobName)?.lastError;
      expect({ jobName, lastError }).toEqual({ jobName, lastError: expect.stringMatching(error) });
    }
    expect(proxy.seen).toEqual([[`CONNECT ${address} mine`, undefined]]);
    expect(target.versions).toContain("1.1");
  });
});

test("an answer of no use does not keep the next scrape from its connection", async () => {
  await using exporter = await startExporter((_request, response) => {
    response.statusCode = 500;
    response.end("x".repeat(10_000));
  });
  await using harness = startHarness();
  harness.apply(jobFor(exporter.address, {}));
  await harness.round();
  exporter.respond = textAnswer("a 1\n");
  await harness.round();
  const ports = exporter.requests.map((request) => request.socket.remotePort);
  expect(ports[0]).toBe(ports[1]);
  expect(harness.error()).toBe("");
});
