/** The gateway in a running server, and what the command line says of its file. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sendJson, startBackend } from "../gateway/backend-server.ts";
import { freePort } from "../peers/index.ts";
import { runGaugeway, startGaugeway } from "./gaugeway-server.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gaugeway-e2e-gateway-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function krakendFile(root: object): Promise<string> {
  const file = join(folder, "krakend.json");
  await writeFile(file, JSON.stringify({ version: 3, listen_ip: "127.0.0.1", ...root }));
  return file;
}

/** The example of the page, which readers copy. */
async function documentedExample(): Promise<Record<string, unknown>> {
  const page = await readFile("docs/gateway.md", "utf8");
  const [, json = ""] = /```json krakend\.json\n([\s\S]*?)```/.exec(page) ?? [];
  return JSON.parse(json) as Record<string, unknown>;
}

describe("gaugeway serve", () => {
  test(
    "answers at the gateway's port as the documented file says",
    { timeout: 60_000 },
    async () => {
      await using backend = await startBackend((request, response) => {
        if (request.url === "/users/7") sendJson(response, { id: 7, name: "Ada", secret: "x" });
        else sendJson(response, [{ order: 1 }]);
      });
      const port = await freePort();
      const file = await krakendFile({
        ...(await documentedExample()),
        port,
        host: [backend.origin],
      });
      await using server = await startGaugeway(`gateway: {config_file: "${file}"}\n`);
      const response = await fetch(`http://127.0.0.1:${port}/users/7`);
      expect(await response.json()).toEqual({ id: 7, name: "Ada", orders: [{ order: 1 }] });
      expect(response.headers.get("x-krakend-completed")).toBe("true");
      expect(server.log()).toContain(`127.0.0.1:${port}`);
    },
  );

  test("does not start with a file that it cannot use", { timeout: 60_000 }, async () => {
    const file = await krakendFile({ timeout: "soon", endpoints: [{}] });
    const { exitCode, stderr } = await runGaugeway([
      "serve",
      "--data",
      join(folder, "data"),
      "--gateway",
      file,
    ]);
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain("timeout: expected a duration such as 2s");
    expect(stderr).toContain("endpoints[0].endpoint: is missing");
  });
});

describe("gaugeway check-config", () => {
  test("explains a krakend file", async () => {
    const file = await krakendFile({
      ...(await documentedExample()),
      extra_config: { "telemetry/metrics": {}, "documentation/openapi": {} },
    });
    const { exitCode, stdout } = await runGaugeway(["check-config", file]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("is valid: endpoints 1; listens on http://127.0.0.1:8080");
    expect(stdout).toContain("GET /users/{id}  json, timeout 2s");
    expect(stdout).toContain("  GET http://127.0.0.1:9000/users/{id}/orders (json, collection)");
    expect(stdout).toContain("telemetry/metrics: the metrics of this gateway, and /__stats");
    expect(stdout).toContain("extra_config.documentation/openapi: has no effect here");
  });

  test("says what is wrong with it, also as JSON", async () => {
    const file = await krakendFile({ port: "x" });
    const text = await runGaugeway(["check-config", file]);
    expect(text.exitCode).not.toBe(0);
    expect(text.stderr).toContain("port: expected a whole number from 0 to 65535");
    const json = await runGaugeway(["check-config", file, "--json"]);
    expect(JSON.parse(json.stdout)).toEqual({
      valid: false,
      findings: [{ path: "port", message: 'expected a whole number from 0 to 65535, not "x"' }],
    });
  });

  test("follows a gaugeway.yaml to it", async () => {
    const file = await krakendFile({ port: 1234 });
    const own = join(folder, "gaugeway.yaml");
    await writeFile(own, `gateway: {config_file: "${file}"}\n`);
    const { stdout } = await runGaugeway(["check-config", own]);
    expect(stdout).toContain("listens on http://127.0.0.1:1234");
    await krakendFile({ port: -1 });
    const refused = await runGaugeway(["check-config", own, "--json"]);
    expect(refused.exitCode).not.toBe(0);
    expect(JSON.parse(refused.stdout)).toMatchObject({
      valid: false,
      findings: [],
      gateway: { valid: false, findings: [{ path: "port" }] },
    });
  });
});
