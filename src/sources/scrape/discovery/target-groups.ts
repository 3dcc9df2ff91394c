import type { TargetGroup } from "../scrape-config.ts";
import { ScrapeError } from "../scrape-error.ts";
import { isUtf8Name } from "../target/label-name.ts";

/** What one source (a file, a URL) found. */
export interface DiscoveredGroups {
  readonly source: string;
  readonly groups: readonly TargetGroup[];
}

/** Finds targets until it is disposed of. */
export interface Discovery extends AsyncDisposable {
  start(): void;
}

/** Told what a source found; replaces what it had found before. No groups: the source is gone. */
export type GroupsListener = (found: DiscoveredGroups) => void;

/**
 * Reads `[{"targets": [...], "labels": {...}}, …]`, whether it came as JSON or YAML. `metaLabels` go
 * onto every group. Fails with code `discovery_invalid`.
 */
export function parseTargetGroups(
  value: unknown,
  metaLabels: Readonly<Record<string, string>>,
): TargetGroup[] {
  // An empty YAML file is an empty list.
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) refuse("expected a list of target groups");
  return value.map((entry: unknown, i) => parseGroup(entry, `[${i}]`, metaLabels));
}

function parseGroup(
  entry: unknown,
  at: string,
  metaLabels: Readonly<Record<string, string>>,
): TargetGroup {
  if (!isRecord(entry)) refuse(`${at}: expected a target group`);
  for (const key of Object.keys(entry)) {
    if (key !== "targets" && key !== "labels") refuse(`${at}: unknown key ${JSON.stringify(key)}`);
  }
  const targets: unknown = entry["targets"] ?? [];
  if (!Array.isArray(targets) || !targets.every((target) => typeof target === "string")) {
    refuse(`${at}.targets: expected a list of texts`);
  }
  return { targets, labels: { ...parseLabels(entry["labels"] ?? {}, at), ...metaLabels } };
}

function parseLabels(labels: unknown, at: string): Record<string, string> {
  if (!isRecord(labels)) refuse(`${at}.labels: expected names and values`);
  const parsed: Record<string, string> = {};
  for (const [name, value] of Object.entries(labels)) {
    if (!isUtf8Name(name)) refuse(`${at}.labels: ${JSON.stringify(name)} is no label name`);
    if (typeof value !== "string") refuse(`${at}.labels.${name}: expected a text`);
    parsed[name] = value;
  }
  return parsed;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refuse(reason: string): never {
  throw new ScrapeError("discovery_invalid", reason);
}
