import type { Command } from "commander";
import type { ActiveTargetStatus, TargetsSnapshot } from "#sources";
import {
  type CommandContext,
  CONFIG_OPTION,
  DATA_OPTION,
  type PlaceOptions,
} from "../command-context.ts";
import { ControlClient } from "../control-client.ts";
import { printJson } from "../terminal/print-json.ts";
import { printTable } from "../terminal/table.ts";

/** `gaugeway targets`: what is scraped, and how that goes. */
export function addTargets(program: Command, context: CommandContext): void {
  program
    .command("targets")
    .description("Show the scrape targets of the running server with state, last error and timing.")
    .option(...CONFIG_OPTION)
    .option(...DATA_OPTION)
    .option("--json", "print one JSON document")
    .action(async (options: PlaceOptions & { readonly json?: true }) => {
      const control = new ControlClient(context, options);
      const report = await control.ask<TargetsSnapshot>("GET", "/targets");
      const { out } = context.terminal;
      if (options.json === true) return printJson(out, report);
      if (report.activeTargets.length === 0)
        return out.line("There are no targets: see scrape_configs.");
      return printTable<ActiveTargetStatus>(
        out,
        [
          { title: "JOB", value: (target) => target.scrapePool },
          { title: "URL", value: (target) => target.scrapeUrl },
          { title: "STATE", value: (target) => target.health },
          { title: "INTERVAL", value: (target) => target.scrapeInterval, align: "right" },
          { title: "LAST SCRAPE", value: (target) => lastScrape(target) },
          {
            title: "TOOK",
            value: (target) =>
              target.health === "unknown"
                ? ""
                : `${Math.round(target.lastScrapeDuration * 1000)} ms`,
            align: "right",
          },
          { title: "LAST ERROR", value: (target) => target.lastError },
        ],
        report.activeTargets,
      );
    });
}

function lastScrape(target: ActiveTargetStatus): string {
  return target.health === "unknown" ? "not yet" : target.lastScrape.replace(/\.\d+Z$/, "Z");
}
