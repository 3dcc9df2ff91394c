import {
  explainGateway,
  formatGatewayFinding,
  type GatewayExplanation,
  loadGatewayConfig,
} from "#gateway";
import type { CommandContext } from "../command-context.ts";
import { printJson } from "../terminal/print-json.ts";
import { printable } from "../terminal/printable.ts";
import { EXIT } from "../terminal/report-error.ts";
import type { Output } from "../terminal/terminal.ts";

export interface GatewayFileOptions {
  readonly file: string;
  readonly ignoredNamespaces: readonly string[];
  readonly json: boolean;
}

/** Says of a krakend file what is wrong with it, or else what it does here and what it does not. */
export function explainGatewayFile(context: CommandContext, options: GatewayFileOptions): void {
  const { out, err } = context.terminal;
  const { file, ignoredNamespaces, json } = options;
  const loaded = loadGatewayConfig({ file, env: context.env, ignoredNamespaces });
  const errors = loaded.kind === "refused" ? loaded.errors : [];
  if (errors.length > 0) context.exit(EXIT.failure);
  if (json) {
    const more =
      loaded.kind === "refused"
        ? {}
        : { warnings: loaded.warnings, ...explainGateway(loaded.config) };
    printJson(out, { valid: errors.length === 0, findings: errors, ...more });
    return;
  }
  for (const error of errors) err.line(printable(formatGatewayFinding(file, error)));
  if (loaded.kind === "refused") return;
  printExplanation(out, file, explainGateway(loaded.config));
  if (loaded.warnings.length > 0) out.line("\nWithout effect:");
  for (const { path, message } of loaded.warnings) out.line(printable(`  ${path}: ${message}`));
}

function printExplanation(out: Output, file: string, explanation: GatewayExplanation): void {
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
