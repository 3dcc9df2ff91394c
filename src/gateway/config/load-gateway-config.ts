import { dirname, resolve } from "node:path";
import { Findings, type GatewayFinding } from "./finding.ts";
import { type GatewayConfig, readGatewayConfig } from "./gateway-config.ts";
import { readDocument } from "./read-document.ts";
import { withEnvironment } from "./with-environment.ts";

export interface GatewayLoadOptions {
  readonly file: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Namespaces that are refused unless the operator says to run without them. */
  readonly ignoredNamespaces: readonly string[];
}

export interface LoadedGateway {
  readonly kind: "loaded";
  readonly config: GatewayConfig;
  readonly warnings: readonly GatewayFinding[];
}

export interface RefusedGateway {
  readonly kind: "refused";
  /** At least one. */
  readonly errors: readonly GatewayFinding[];
}

/** Reads a krakend file of version 3, or says everything that is wrong with it. */
export function loadGatewayConfig(options: GatewayLoadOptions): LoadedGateway | RefusedGateway {
  const document = readDocument(options.file);
  if (document.kind === "unreadable") {
    return { kind: "refused", errors: [{ path: "", message: `the file ${document.message}` }] };
  }
  const findings = new Findings();
  const root = withEnvironment(document.root, options.env);
  const waived = new Set(options.ignoredNamespaces);
  const config = readGatewayConfig(root, findings, waived, dirname(resolve(options.file)));
  if (config === null) return { kind: "refused", errors: findings.errors };
  return { kind: "loaded", config, warnings: findings.warnings };
}
