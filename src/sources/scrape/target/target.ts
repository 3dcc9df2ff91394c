/**
 * From what discovery found to what is scraped: discovered labels are completed with the job's
 * settings (`__address__`, `__scheme__`, …), relabeled, checked, and become a target. Follows
 * Prometheus 3.5 (`scrape/target.go`), where addresses keep the port that they have and get none.
 */
import { createHash } from "node:crypto";
import { type Labels, labelPairs, labelsKey, labelsOf } from "#model";
import type { ScrapeJobConfig } from "../scrape-config.ts";
import { formatDuration, parseDuration } from "#lib/duration";
import type { MutableLabels, Relabeler } from "./relabel.ts";
import { formatScrapeUrl } from "./scrape-url.ts";

/** One endpoint that is scraped. */
export interface Target {
  /** Equal for equal targets: labels and URL. */
  readonly key: string;
  /** Before relabeling. */
  readonly discoveredLabels: Labels;
  /** After relabeling, without `__…`: they go onto every sample. */
  readonly labels: Labels;
  readonly url: string;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Same on every start: spreads targets over the interval. In [0, 1). */
  readonly phase: number;
}

export type TargetOutcome =
  | { readonly kind: "target"; readonly target: Target }
  | { readonly kind: "dropped"; readonly discoveredLabels: Labels }
  | { readonly kind: "invalid"; readonly discoveredLabels: Labels; readonly reason: string };

const ADDRESS = "__address__";
const SCHEME = "__scheme__";
const METRICS_PATH = "__metrics_path__";
const SCRAPE_INTERVAL = "__scrape_interval__";
const SCRAPE_TIMEOUT = "__scrape_timeout__";
const PARAM_PREFIX = "__param_";
const META_PREFIX = "__meta_";
const RESERVED_PREFIX = "__";

/** Shapes one discovered target of the job. `found` holds its own labels over its group's. */
export function shapeTarget(
  job: ScrapeJobConfig,
  relabel: Relabeler,
  found: ReadonlyMap<string, string>,
): TargetOutcome {
  const labels = completeLabels(job, found);
  const discoveredLabels = labelsOf(labels);
  if (!relabel(labels)) return { kind: "dropped", discoveredLabels };
  const reason = whyInvalid(labels);
  if (reason !== null) return { kind: "invalid", discoveredLabels, reason };
  for (const name of Array.from(labels.keys())) {
    if (name.startsWith(META_PREFIX)) labels.delete(name);
  }
  if (!labels.has("instance")) labels.set("instance", labels.get(ADDRESS) ?? "");
  return { kind: "target", target: targetOf(job, labels, discoveredLabels) };
}

function completeLabels(job: ScrapeJobConfig, found: ReadonlyMap<string, string>): MutableLabels {
  const labels: MutableLabels = new Map();
  for (const [name, value] of found) if (value !== "") labels.set(name, value);
  const defaults: readonly (readonly [string, string])[] = [
    ["job", job.jobName],
    [SCRAPE_INTERVAL, formatDuration(job.scrapeIntervalMs)],
    [SCRAPE_TIMEOUT, formatDuration(job.scrapeTimeoutMs)],
    [METRICS_PATH, job.metricsPath],
    [SCHEME, job.scheme],
    ...Object.entries(job.params).map(
      ([name, values]) => [PARAM_PREFIX + name, values[0] ?? ""] as const,
    ),
  ];
  for (const [name, value] of defaults) {
    if (value !== "" && !labels.has(name)) labels.set(name, value);
  }
  return labels;
}

function whyInvalid(labels: MutableLabels): string | null {
  const address = labels.get(ADDRESS) ?? "";
  if (address === "") return "no address";
  if (address.includes("/")) return `${JSON.stringify(address)} is not a valid hostname`;
  const scheme = labels.get(SCHEME) ?? "";
  if (scheme !== "http" && scheme !== "https") {
    return `unsupported scheme ${JSON.stringify(scheme)}: use http or https`;
  }
  const intervalMs = parseDuration(labels.get(SCRAPE_INTERVAL) ?? "");
  if (intervalMs === null) return "error parsing scrape interval";
  if (intervalMs === 0) return "scrape interval cannot be 0";
  const timeoutMs = parseDuration(labels.get(SCRAPE_TIMEOUT) ?? "");
  if (timeoutMs === null) return "error parsing scrape timeout";
  if (timeoutMs === 0) return "scrape timeout cannot be 0";
  if (timeoutMs > intervalMs) return "scrape timeout cannot be greater than scrape interval";
  for (const [name, value] of labels) {
    if (!value.isWellFormed()) return `invalid label value for ${JSON.stringify(name)}`;
  }
  return URL.canParse(urlOf(labels, {})) ? null : `${JSON.stringify(address)} is not an address`;
}

function targetOf(job: ScrapeJobConfig, shaped: MutableLabels, discovered: Labels): Target {
  const publicLabels = labelsOf(
    Array.from(shaped).filter(([name]) => !name.startsWith(RESERVED_PREFIX)),
  );
  const url = urlOf(shaped, job.params);
  const key = `${labelsKey(labelsOf(shaped))} ${url}`;
  return {
    key,
    discoveredLabels: discovered,
    labels: publicLabels,
    url,
    intervalMs: parseDuration(shaped.get(SCRAPE_INTERVAL) ?? "") ?? job.scrapeIntervalMs,
    timeoutMs: parseDuration(shaped.get(SCRAPE_TIMEOUT) ?? "") ?? job.scrapeTimeoutMs,
    phase: createHash("sha256").update(key).digest().readUIntBE(0, 6) / 2 ** 48,
  };
}

function urlOf(labels: MutableLabels, params: ScrapeJobConfig["params"]): string {
  const merged = new Map<string, readonly string[]>(Object.entries(params));
  for (const [name, value] of labels) {
    if (!name.startsWith(PARAM_PREFIX)) continue;
    const param = name.slice(PARAM_PREFIX.length);
    merged.set(param, [value, ...(merged.get(param)?.slice(1) ?? [])]);
  }
  return formatScrapeUrl({
    scheme: labels.get(SCHEME) ?? "",
    address: labels.get(ADDRESS) ?? "",
    path: labels.get(METRICS_PATH) ?? "",
    params: merged,
  });
}

/** Labels of a found target: its own, then its group's where it has none of that name. */
export function foundLabels(
  address: string,
  groupLabels: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  return new Map([...Object.entries(groupLabels), [ADDRESS, address]]);
}

/** As a plain object, for answers in JSON. */
export function labelRecord(labels: Labels): Record<string, string> {
  return Object.fromEntries(labelPairs(labels));
}
