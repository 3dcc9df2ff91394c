import { type Labels, labelPairs, labelsOf } from "#model";

/**
 * The labels that every scraper sets by itself. Emitted as they are, they would become
 * `exported_…` at one customer and overwrite the scraper's own at another, with `honor_labels`
 * (docs/decisions/040-snapshot.md). So they leave under a name that no scraper claims.
 */
const CLAIMED_BY_SCRAPERS: readonly string[] = ["instance", "job"];

const NEUTRAL_PREFIX = "source_";

/** The same labels with `job` and `instance` renamed to `source_job` and `source_instance`. */
export function neutralLabels(labels: Labels): Labels {
  if (!hasClaimed(labels)) return labels;
  const kept = new Map<string, string>();
  for (const [name, value] of labelPairs(labels)) {
    if (!CLAIMED_BY_SCRAPERS.includes(name)) kept.set(name, value);
  }
  for (const [name, value] of labelPairs(labels)) {
    if (!CLAIMED_BY_SCRAPERS.includes(name)) continue;
    let neutral = NEUTRAL_PREFIX + name;
    while (kept.has(neutral)) neutral = NEUTRAL_PREFIX + neutral;
    kept.set(neutral, value);
  }
  return labelsOf(kept);
}

function hasClaimed(labels: Labels): boolean {
  for (let i = 0; i < labels.length; i += 2) {
    if (CLAIMED_BY_SCRAPERS.includes(labels[i] ?? "")) return true;
  }
  return false;
}
