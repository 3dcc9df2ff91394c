import type { Command } from "commander";
import { formatFinding, type LoadedConfig } from "#config";
import { isGatewayFile } from "#gateway";
import type { CommandContext } from "../command-context.ts";
import { tryReadConfig } from "../read-config.ts";
import { printJson } from "../terminal/print-json.ts";
import { EXIT } from "../terminal/report-error.ts";
import { printGatewayReport, reportOnGateway } from "./gateway-report.ts";

/** `gaugeway check-config`: what `serve` would say of the configuration, without starting. */
export function addCheckConfig(program: Command, context: CommandContext): void {
  program
    .command("check-config")
    .description("Check a configuration without starting; prints every error with its line.")
    .argument("[file]", "gaugeway.yaml, or a krakend file, which is explained", "gaugeway.yaml")
    .option("--json", "print one JSON document")
    .action((file: string, { json }: { readonly json?: true }) => {
      const isValid = isGatewayFile(file)
        ? checkGatewayFile(context, file, json === true)
        : checkOwnFile(context, file, json === true);
      if (!isValid) context.exit(EXIT.failure);
    });
}

function checkGatewayFile(context: CommandContext, file: string, json: boolean): boolean {
  const report = reportOnGateway(context, file);
  if (json) printJson(context.terminal.out, report);
  else printGatewayReport(context, file, report);
  return report.valid;
}

function checkOwnFile(context: CommandContext, file: string, json: boolean): boolean {
  const { out, err } = context.terminal;
  const loaded = tryReadConfig(context, { config: file });
  const findings = loaded.kind === "refused" ? loaded.findings : [];
  const section = loaded.kind === "loaded" ? loaded.config.gateway : null;
  const gateway =
    section === null ? null : reportOnGateway(context, section.file, section.ignoredNamespaces);
  const valid = findings.length === 0 && gateway?.valid !== false;
  if (json) {
    printJson(out, { valid, findings, ...(gateway === null ? {} : { gateway }) });
    return valid;
  }
  for (const finding of findings) err.line(formatFinding(finding));
  if (loaded.kind === "loaded") out.line(summaryOf(file, loaded));
  if (section !== null && gateway !== null) printGatewayReport(context, section.file, gateway);
  return valid;
}

function summaryOf(file: string, { config: { scrape, access } }: LoadedConfig): string {
  const clients = access.tenants.reduce((sum, tenant) => sum + tenant.clients.length, 0);
  const all = clients + access.operatorClients.length;
  return `${file} is valid: scrape jobs ${scrape.jobs.length}, tenants ${access.tenants.length}, clients ${all}.`;
}
