/**
 * What is kept of a target between its scrapes. It belongs to the target's labels rather than to the
 * target: when a target goes and another with the same labels comes (a changed URL parameter, a new
 * interval), the memory moves on, so series do not go stale and come back.
 */
import { createScrapeParser, type ScrapeParser } from "#exposition";
import type { Appendable, Labels } from "#model";
import { ReportSeriesWriter } from "../ingest/report-series.ts";
import { type TargetSampleRules, TargetSamples } from "../ingest/target-samples.ts";

export class TargetMemory {
  readonly samples: TargetSamples;
  readonly report: ReportSeriesWriter;
  readonly parser: ScrapeParser;
  /** Settled when nobody uses the memory: one scrape at a time. */
  idle: Promise<void> = Promise.resolve();
  hasScraped = false;
  #rulesKey: string;

  constructor(
    appendable: Appendable,
    start: { targetLabels: Labels; rules: TargetSampleRules; rulesKey: string },
    lineBytesMax: number,
  ) {
    this.samples = new TargetSamples(appendable, start.rules);
    this.report = new ReportSeriesWriter(appendable, start.targetLabels);
    this.parser = createScrapeParser(this.samples, { lineBytesMax });
    this.#rulesKey = start.rulesKey;
  }

  /** For the scrapes to come. Equal keys mean equal rules: then what the parser knows stays true. */
  setRules(rules: TargetSampleRules, rulesKey: string): void {
    this.samples.setRules(rules);
    if (rulesKey !== this.#rulesKey) this.parser.forgetAll();
    this.#rulesKey = rulesKey;
  }
}
