import type { Command } from "commander";
import { formatFinding } from "#config";
import { isGatewayFile } from "#gateway";
import type { CommandContext } from "../command-context.ts";
import { explainGatewayFile } from "./explain-gateway-file.ts";
import { tryReadConfig } from "../read-config.ts";
import { printJson } from "../terminal/print-json.ts";
import { EXIT } from "../terminal/report-error.ts";

/** `gaugeway check-config`: what `serve` would say of the configuration, without starting. */
export function addCheckConfig(program: Command, context: CommandContext): void {
  program
    .command("check-config")
    .description("Check a configuration without starting; prints every error with its line.")
    .argument("[file]", "gaugeway.yaml, or a krakend file, which is explained", "gaugeway.yaml")
    .option("--json", "print one JSON document")
    .action((file: string, options: { readonly json?: true }) => {
      const { out, err } = context.terminal;
      const json = options.json === true;
      if (isGatewayFile(file)) {
        explainGatewayFile(context, { file, ignoredNamespaces: [], json });
        return;
      }
      const loaded = tryReadConfig(context, { config: file });
      const findings = loaded.kind === "refused" ? loaded.findings : [];
      if (findings.length > 0) context.exit(EXIT.failure);
      if (json) {
        printJson(out, { valid: findings.length === 0, findings });
      } else if (loaded.kind === "refused") {
        for (const finding of findings) err.line(formatFinding(finding));
      } else {
        const { scrape, access, gateway } = loaded.config;
        const clients = access.tenants.reduce((sum, tenant) => sum + tenant.clients.length, 0);
        out.line(
          `${file} is valid: scrape jobs ${scrape.jobs.length}, tenants ${access.tenants.length}, clients ${clients + access.operatorClients.length}.`,
        );
        if (gateway !== null) explainGatewayFile(context, { ...gateway, json });
      }
    });
}
