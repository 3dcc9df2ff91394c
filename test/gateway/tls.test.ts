/** TLS on both sides: HTTP/2 and HTTP/1.1 towards clients, checked certificates towards backends. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect as connectHttp2 } from "node:http2";
import { createServer, request } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeCertificate } from "../e2e/certificate.ts";
import { freePort } from "../peers/index.ts";
import { sendJson, startBackend } from "./backend-server.ts";
import { runGateway } from "./running-gateway.ts";

const folder = mkdtempSync(join(tmpdir(), "gaugeway-gateway-tls-"));
const files = { certFile: join(folder, "cert.pem"), keyFile: join(folder, "key.pem") };
let isThere = false;
beforeAll(async () => {
  isThere = (await makeCertificate(folder)) !== null;
});
afterAll(() => rmSync(folder, { recursive: true }));

test("clients speak HTTP/2 or HTTP/1.1", async ({ skip }) => {
  if (!isThere) skip("there is no openssl program");
  await using backend = await startBackend((_request, response, body) => {
    sendJson(response, { body, length: body.length });
  });
  const port = await freePort();
  await using gateway = await runGateway({
    host: [backend.origin],
    extra_config: { "security/http": { allowed_hosts: [`127.0.0.1:${port}`] } },
    port,
    tls: { keys: [{ public_key: files.certFile, private_key: files.keyFile }] },
    endpoints: [
      { endpoint: "/x", backend: [{ url_pattern: "/b" }] },
      { endpoint: "/x", method: "POST", backend: [{ url_pattern: "/b" }] },
      {
        endpoint: "/raw",
        output_encoding: "no-op",
        input_headers: ["*"],
        backend: [{ url_pattern: "/b" }],
      },
    ],
  });
  const url = `https://127.0.0.1:${gateway.port}`;
  const session = connectHttp2(url, { rejectUnauthorized: false });
  const ask = (headers: Record<string, string>, body?: string) =>
    new Promise<string>((resolve, reject) => {
      const stream = session.request(headers, { endStream: body === undefined });
      let text = "";
      stream.setEncoding("utf8");
      stream.on("data", (chunk: string) => (text += chunk));
      stream.on("end", () => resolve(text));
      stream.on("error", reject);
      if (body !== undefined) stream.end(body);
    });
  expect(await ask({ ":path": "/x" })).toBe('{"body":"","length":0}');
  expect(await ask({ ":path": "/x", ":method": "POST" }, "hello")).toBe(
    '{"body":"hello","length":5}',
  );
  expect(await ask({ ":path": "/raw", "x-a": "1" })).toBe('{"body":"","length":0}');
  expect(backend.seen.at(-1)?.headers).toMatchObject({
    "x-a": "1",
    "x-forwarded-host": `127.0.0.1:${gateway.port}`,
  });
  session.close();
  expect(await http1(url)).toBe('{"body":"","length":0}');
  expect(gateway.meter.ended).toBe(4);
});

function http1(origin: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { rejectUnauthorized: false, agent: false };
    const sent = request(`${origin}/x`, options, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve(text));
    });
    sent.on("error", reject);
    sent.end();
  });
}

test("a backend's certificate is checked", async ({ skip }) => {
  if (!isThere) skip("there is no openssl program");
  const server = createServer(
    { cert: readFileSync(files.certFile), key: readFileSync(files.keyFile) },
    (_request, response) => response.end('{"ok":1}'),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = [`https://localhost:${(server.address() as AddressInfo).port}`];
  const statusWith = async (clientTls: object | null) => {
    await using gateway = await runGateway({
      host,
      ...(clientTls === null ? {} : { client_tls: clientTls }),
      endpoints: [{ endpoint: "/x", backend: [{ url_pattern: "/b" }] }],
    });
    return (await fetch(`${gateway.origin}/x`)).status;
  };
  expect(await statusWith(null)).toBe(500);
  expect(await statusWith({ ca_certs: [files.certFile] })).toBe(200);
  expect(await statusWith({ allow_insecure_connections: true })).toBe(200);
  await expect(statusWith({ ca_certs: [join(folder, "none.pem")] })).rejects.toThrow(
    "client_tls.ca_certs: a file cannot be read (ENOENT)",
  );
  server.close();
  server.closeAllConnections();
});
