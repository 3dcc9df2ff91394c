import type { Labels } from "#model";
import type { TargetSampleRules } from "../ingest/target-samples.ts";
import type { ScrapeJobConfig } from "../scrape-config.ts";
import { compileRelabelRules, type Relabeler } from "../target/relabel.ts";
import type { ScraperLimits } from "./scrape-limits.ts";

/** A job's rules, compiled once for all its targets. */
export interface JobRules {
  readonly relabel: Relabeler;
  readonly sampleRules: (targetLabels: Labels) => TargetSampleRules;
  /** Equal keys: what a parser has resolved under one is true under the other. */
  readonly sampleRulesKey: string;
}

/** Throws where an expression is not valid RE2. */
export function compileJobRules(job: ScrapeJobConfig, limits: ScraperLimits): JobRules {
  const legacyNames = job.metricNameValidation === "legacy";
  const metricRelabel =
    job.metricRelabelRules.length === 0
      ? null
      : compileRelabelRules(job.metricRelabelRules, { legacyNames });
  const own = job.limits.samplesMax;
  const samplesMax =
    own === 0 ? limits.samplesPerScrapeMax : Math.min(own, limits.samplesPerScrapeMax);
  return {
    relabel: compileRelabelRules(job.relabelRules, { legacyNames }),
    sampleRules: (targetLabels) => ({
      targetLabels,
      honorLabels: job.honorLabels,
      honorTimestamps: job.honorTimestamps,
      trackTimestampsStaleness: job.trackTimestampsStaleness,
      metricRelabel,
      limits: job.limits,
      legacyNames,
      samplesMax,
    }),
    sampleRulesKey: JSON.stringify([
      job.honorLabels,
      job.metricRelabelRules,
      job.limits,
      legacyNames,
    ]),
  };
}
