import type { MetadataRef, MetricMetadata } from "#model";

/**
 * Distinct contents that are kept. A family has one in sane use, so this many only come from HELP
 * texts that change all the time; further ones count as «none known».
 */
const CONTENTS_MAX = 1_000_000;

/** What expositions say of families, each distinct content once; 0 stands for «none known». */
export class MetadataTable {
  readonly #contents: (MetricMetadata | null)[] = [null];
  readonly #refs = new Map<string, MetadataRef>();

  intern(metadata: MetricMetadata): MetadataRef {
    const key = JSON.stringify([metadata.family, metadata.type, metadata.help, metadata.unit]);
    const known = this.#refs.get(key);
    if (known !== undefined) return known;
    if (this.#contents.length > CONTENTS_MAX) return 0 as MetadataRef;
    const ref = this.#contents.length as MetadataRef;
    const { family, type, help, unit } = metadata;
    // Through the key: texts cut out of an exposition would keep its whole body alive.
    const [ownFamily = family, , ownHelp = help, ownUnit = unit] = JSON.parse(key) as string[];
    this.#contents.push({ family: ownFamily, type, help: ownHelp, unit: ownUnit });
    this.#refs.set(key, ref);
    return ref;
  }

  get(ref: number): MetricMetadata | null {
    return this.#contents[ref] ?? null;
  }

  get count(): number {
    return this.#refs.size;
  }
}
