import * as fc from "fast-check";
import type { Entitlement } from "#access";
import type { MetricMetadata, MetricType } from "#model";
import type { SnapshotFixture } from "./snapshot-fixture.ts";
import type { SeriesRef } from "#model";

/** One thing that happens to a store. Series are named by their number in the order of adding. */
export type WorldEvent =
  | {
      readonly kind: "add";
      readonly tenant: "a" | "b";
      readonly labels: Readonly<Record<string, string>>;
      readonly metadata: MetricMetadata | null;
      readonly value: number;
    }
  | { readonly kind: "remove"; readonly series: number }
  | { readonly kind: "describe"; readonly series: number; readonly metadata: MetricMetadata | null }
  | { readonly kind: "sample"; readonly series: number; readonly value: number }
  | { readonly kind: "end"; readonly series: number }
  | { readonly kind: "wait"; readonly ms: number };

const families = ["m", "m_total", "m.x", "m_x", "m_bucket", "other"];
const suffixes = [
  "",
  "_total",
  "_bucket",
  "_count",
  "_sum",
  "_created",
  "_info",
  "_gcount",
  "_gsum",
];
const types: readonly MetricType[] = [
  "counter",
  "gauge",
  "gaugehistogram",
  "histogram",
  "info",
  "stateset",
  "summary",
  "unknown",
];
const nastyValues = [
  '"',
  "\\",
  "\n",
  '"} 1\nforged 1\n# EOF\n',
  "\r",
  "\0",
  "#",
  "é😀",
  ',le="1"',
  "x",
];
const numbers = [0, 1, 2, 3, 0.5, -1, NaN, Infinity, -Infinity, 1e300, 123456789.25];

const metadataArbitrary = fc.option(
  fc.record({
    family: fc.constantFrom(...families),
    type: fc.constantFrom(...types),
    help: fc.constantFrom("", "plain", 'with "quotes" \\ and\nlines'),
    unit: fc.constantFrom("", "x"),
  }),
);

const labelsArbitrary = fc
  .record(
    {
      family: fc.constantFrom(...families),
      suffix: fc.constantFrom(...suffixes),
      le: fc.constantFrom("0.5", "1", "1.0", "+Inf", "-1", "not a number"),
      quantile: fc.constantFrom("0", "0.5", "1", "2"),
      m: fc.constantFrom("on", "off"),
      pod: fc.constantFrom("p1", "p2"),
      job: fc.constantFrom("j1", "j2"),
      source_job: fc.constantFrom("s1", "j1"),
      "a.b": fc.constantFrom("1", "2"),
      a_b: fc.constantFrom("1", "2"),
      v: fc.constantFrom(...nastyValues),
    },
    { requiredKeys: ["family", "suffix"] },
  )
  .map(({ family, suffix, ...labels }) => ({ ...labels, __name__: family + suffix }));

const seriesArbitrary = fc.nat({ max: 30 });
const valueArbitrary = fc.constantFrom(...numbers);

const addArbitrary: fc.Arbitrary<WorldEvent> = fc.record({
  kind: fc.constant("add" as const),
  tenant: fc.constantFrom("a" as const, "b" as const),
  labels: labelsArbitrary,
  metadata: metadataArbitrary,
  value: valueArbitrary,
});

const eventArbitrary: fc.Arbitrary<WorldEvent> = fc.oneof(
  { weight: 6, arbitrary: addArbitrary },
  fc.record({ kind: fc.constant("remove" as const), series: seriesArbitrary }),
  fc.record({
    kind: fc.constant("describe" as const),
    series: seriesArbitrary,
    metadata: metadataArbitrary,
  }),
  fc.record({
    kind: fc.constant("sample" as const),
    series: seriesArbitrary,
    value: valueArbitrary,
  }),
  fc.record({ kind: fc.constant("end" as const), series: seriesArbitrary }),
  fc.record({ kind: fc.constant("wait" as const), ms: fc.constantFrom(1000, 200_000) }),
);

/** What happened between one scrape and the next, several times. */
export const historyArbitrary = fc.array(fc.array(eventArbitrary, { maxLength: 25 }), {
  minLength: 1,
  maxLength: 4,
});

export const entitlementArbitrary: fc.Arbitrary<Entitlement> = fc.record({
  selectors: fc.constantFrom(
    ['{tenant="a"}'],
    ['{__name__=~"m.*",tenant="a"}', 'other{tenant="a"}'],
    ['m_bucket{tenant="a"}', '{tenant="a",v!=""}'],
  ),
  dropLabels: fc.constantFrom(["tenant"], ["tenant", "pod"], []),
  renameLabels: fc.constantFrom([], [{ from: "v", to: "job" }]),
  maxAgeMs: fc.constantFrom(null, 60_000),
  onCollision: fc.constantFrom("refuse" as const, "sum" as const, "max" as const),
});

/** A store to which events happen; `sees` says whose. */
export class World {
  readonly fixture: SnapshotFixture;
  readonly #tenants: readonly string[];
  /** Null for series that this world does not have, or no longer. */
  readonly #refs: (SeriesRef | null)[] = [];
  readonly #taken = new Set<string>();

  constructor(fixture: SnapshotFixture, tenants: readonly string[]) {
    this.fixture = fixture;
    this.#tenants = tenants;
  }

  happen(event: WorldEvent): void {
    const { latest, nowMs } = this.fixture;
    if (event.kind === "wait") {
      this.fixture.nowMs += event.ms;
      return;
    }
    if (event.kind === "add") return this.#add(event);
    const ref = this.#refs[event.series] ?? null;
    if (ref === null) return;
    if (event.kind === "remove") {
      latest.remove(ref);
      this.#refs[event.series] = null;
    } else if (event.kind === "describe") latest.describe(ref, event.metadata);
    else if (event.kind === "sample") latest.append(nowMs, [[ref, event.value]]);
    else latest.end(nowMs, ref);
  }

  #add(event: WorldEvent & { kind: "add" }): void {
    const labels = { ...event.labels, tenant: event.tenant };
    const key = JSON.stringify(labels);
    // A store has each label set once; one that was removed may come back, here it does not.
    const isNew = !this.#taken.has(key) && this.#tenants.includes(event.tenant);
    this.#taken.add(key);
    const { latest, nowMs } = this.fixture;
    const ref = isNew ? latest.add(labels, event.metadata) : null;
    if (ref !== null) latest.append(nowMs, [[ref, event.value]]);
    this.#refs.push(ref);
  }
}
