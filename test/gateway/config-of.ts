import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatGatewayFinding, loadGatewayConfig } from "#gateway";

type GatewayConfig = Extract<ReturnType<typeof loadGatewayConfig>, { kind: "loaded" }>["config"];

/** A configuration of a gateway on loopback, read from a file as a user's would be. */
export function configOf(root: Readonly<Record<string, unknown>>): GatewayConfig {
  const folder = mkdtempSync(join(tmpdir(), "gaugeway-gateway-"));
  const file = join(folder, "krakend.json");
  writeFileSync(file, JSON.stringify({ version: 3, listen_ip: "127.0.0.1", port: 0, ...root }));
  const loaded = loadGatewayConfig({ file, env: {}, ignoredNamespaces: [] });
  rmSync(folder, { recursive: true });
  if (loaded.kind === "loaded") return loaded.config;
  throw new Error(loaded.errors.map((error) => formatGatewayFinding(file, error)).join("\n"));
}
