/**
 * Which series of the two sides of a binary operation belong together, and how many a side may have
 * of one group: `manyToOne` is `group_left`, `oneToMany` is `group_right`, `manyToMany` is what the
 * set operators do.
 */
export interface VectorMatching {
  readonly cardinality: "oneToOne" | "manyToOne" | "oneToMany" | "manyToMany";
  /** True for `on(labels)`; false for `ignoring(labels)` and where nothing is written. */
  readonly isOn: boolean;
  readonly labels: readonly string[];
  /** The labels in the brackets of `group_left` or `group_right`: taken from the "one" side. */
  readonly include: readonly string[];
  /** `fill_left(x)`: the value that a series missing on that side stands for; null = none. */
  readonly fillLeft: number | null;
  readonly fillRight: number | null;
}
