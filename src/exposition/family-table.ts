import type { MetricMetadata, MetricType } from "#model";
import { everySuffix, familyOfTextName, familySuffixes } from "./family-suffixes.ts";
import type { MetadataChange } from "./metadata-line.ts";

/** What a target has said of one family, by the name that its exposition uses. */
export interface Family {
  readonly name: string;
  type: MetricType;
  help: string;
  unit: string;
  /** Built when first asked for; null again after a change. */
  metadata: MetricMetadata | null;
  /** Whether series may have been told something else, or nothing, about this family. */
  changed: boolean;
  lastScrape: number;
}

/**
 * The families of one target over its scrapes. A series belongs to a family by its name: the
 * family's name and a suffix that the type knows.
 */
export class FamilyTable {
  readonly #families = new Map<string, Family>();
  #scrape = 0;
  /** The family of the latest metadata line: nearly always that of the samples after it. */
  #latest: Family | null = null;
  /** Whether some series was resolved while no family fitted: then a new family may be its. */
  #orphans = false;
  #anyChanged = false;

  get anyChanged(): boolean {
    return this.#anyChanged;
  }

  /** The family that a metadata line names, made if absent. */
  open(name: string): Family {
    const known = this.#families.get(name);
    if (known !== undefined) return known;
    const family: Family = {
      name,
      type: "unknown",
      help: "",
      unit: "",
      metadata: null,
      changed: this.#orphans,
      lastScrape: this.#scrape,
    };
    if (this.#orphans) this.#anyChanged = true;
    this.#families.set(name, family);
    return family;
  }

  apply(family: Family, change: MetadataChange): void {
    family.lastScrape = this.#scrape;
    this.#latest = family;
    switch (change.kind) {
      case "help":
        if (family.help === change.value) return;
        family.help = change.value;
        break;
      case "type":
        if (family.type === change.value) return;
        family.type = change.value;
        break;
      case "unit":
        if (family.unit === change.value) return;
        family.unit = change.value;
        break;
    }
    if (family.metadata === null) return;
    family.metadata = null;
    family.changed = true;
    this.#anyChanged = true;
  }

  /** What is known of the series with this name, now. */
  metadataOf(sampleName: string, isText: boolean): MetricMetadata | null {
    const family = this.familyOf(sampleName);
    if (family === null) {
      this.#orphans = true;
      return null;
    }
    family.metadata ??= {
      family: isText ? familyOfTextName(family.name, family.type) : family.name,
      type: family.type,
      help: family.help,
      unit: family.unit,
    };
    return family.metadata;
  }

  familyOf(sampleName: string): Family | null {
    const latest = this.#latest;
    if (latest !== null && sampleName.startsWith(latest.name)) {
      if (accepts(latest.type, sampleName.slice(latest.name.length))) return latest;
    }
    for (const suffix of everySuffix) {
      if (!sampleName.endsWith(suffix)) continue;
      const family = this.#families.get(sampleName.slice(0, sampleName.length - suffix.length));
      if (family !== undefined && accepts(family.type, suffix)) return family;
    }
    return null;
  }

  /** Ends a completed scrape: changes have been told, families unseen twice are forgotten. */
  complete(): void {
    for (const [name, family] of this.#families) {
      family.changed = false;
      if (family.lastScrape < this.#scrape - 1) this.#families.delete(name);
    }
    this.#anyChanged = false;
    this.#latest = null;
    this.#scrape += 1;
  }

  clear(): void {
    this.#families.clear();
    this.#latest = null;
    this.#anyChanged = false;
    this.#orphans = false;
  }
}

/** Counters without `_total` are common, and Prometheus takes them. */
function accepts(type: MetricType, suffix: string): boolean {
  return familySuffixes[type].includes(suffix) || (type === "counter" && suffix === "");
}
