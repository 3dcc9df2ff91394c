import {
  explainGateway,
  formatGatewayFinding,
  type GatewayExplanation,
  type GatewayFinding,
  loadGatewayConfig,
} from "#gateway";
import type { CommandContext } from "../command-context.ts";
import { printable } from "../terminal/printable.ts";
import type { Output } from "../terminal/terminal.ts";

/** What there is to say of a krakend file. */
export interface GatewayReport {
  readonly valid: boolean;
  readonly findings: readonly GatewayFinding[];
  /** What has no effect. Absent, as what follows, where the file cannot be used. */
  readonly warnings?: readonly GatewayFinding[];
  readonly explanation?: GatewayExplanation;
}

export function reportOnGateway(
  context: CommandContext,
  file: string,
  ignoredNamespaces: readonly string[] = [],
): GatewayReport {
  const loaded = loadGatewayConfig({ file, env: context.env, ignoredNamespaces });
  if (loaded.kind === "refused") return { valid: false, findings: loaded.errors };
  const { config, warnings } = loaded;
  return { valid: true, findings: [], warnings, explanation: explainGateway(config) };
}

/** Says what is wrong with the file, or else what it does here and what it does not. */
export function printGatewayReport(
  { terminal: { out, err } }: CommandContext,
  file: string,
  { findings, warnings = [], explanation }: GatewayReport,
): void {
  for (const finding of findings) err.line(printable(formatGatewayFinding(file, finding)));
  if (explanation !== undefined) printGatewayExplanation(out, file, explanation);
  if (warnings.length > 0) out.line("\nWithout effect:");
  for (const { path, message } of warnings) out.line(printable(`  ${path}: ${message}`));
}

function printGatewayExplanation(out: Output, file: string, explanation: GatewayExplanation): void {
  const { listen, endpoints, namespaces } = explanation;
  out.line(`${file} is valid: endpoints ${endpoints.length}; listens on ${listen}`);
  for (const { route, summary, backends } of endpoints) {
    out.line(printable(`\n${route}  ${summary}`));
    for (const backend of backends) out.line(printable(`  ${backend}`));
  }
  if (namespaces.length > 0) out.line("\nNamespaces of extra_config:");
  for (const { name, effect } of namespaces) {
    out.line(printable(`  ${name}: ${effect ?? "no effect here"}`));
  }
}
