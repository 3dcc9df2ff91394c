import { expect, test } from "vitest";
import { peerOrSkip, startPrometheus } from "../../peers/index.ts";
import { compareAnswers } from "../differential/compare-answers.ts";
import { engineOver, memoryOf } from "../differential/engine-answers.ts";
import {
  comparable,
  KNOWN_IN_2_42,
  KNOWN_IN_3_5,
  type KnownDifference,
} from "../differential/known-differences.ts";
import { askPrometheus } from "../differential/prometheus-answers.ts";
import { remoteWrite } from "../differential/remote-write.ts";
import { DEMO_END_MS, demoWorld } from "./demo-world.ts";
import { complianceQueries } from "./templates.ts";

/** What the compliance project asks for is 1e-5. */
const RELATIVE_TOLERANCE = 1e-9;
/** As the compliance project asks: ten minutes in steps of ten seconds, that end some time ago. */
const END_MS = DEMO_END_MS - 12 * 60_000 + 7000;
const RANGE = { startMs: END_MS - 600_000, endMs: END_MS, stepMs: 10_000 };

interface Version {
  readonly name: string;
  readonly suite: "bookworm" | "sid";
  readonly smoothing: string;
  /** Of texts. */
  readonly known: readonly KnownDifference[];
  /** Queries that the version answers otherwise. */
  readonly different: readonly string[];
}

const VERSIONS: readonly Version[] = [
  {
    name: "Prometheus 3.5",
    suite: "sid",
    smoothing: "double_exponential_smoothing",
    known: KNOWN_IN_3_5,
    different: [],
  },
  {
    name: "Prometheus 2.42",
    suite: "bookworm",
    smoothing: "holt_winters",
    known: KNOWN_IN_2_42,
    // Of a counter that begins within the range 2.42 decides first where it was zero, then how long
    // the gap before it is; 3.x the other way round.
    different: [
      "rate(demo_cpu_usage_seconds_total[1h])",
      "increase(demo_cpu_usage_seconds_total[1h])",
    ],
  },
];

test.for(VERSIONS)(
  "$name answers every query of the compliance kind as we do",
  { timeout: 300_000 },
  async ({ suite, smoothing, known, different }, { skip }) => {
    const binary = await peerOrSkip("prometheus", suite, skip);
    await using prometheus = await startPrometheus(binary, "{}", [
      "--web.enable-remote-write-receiver",
      "--enable-feature=promql-experimental-functions",
    ]);
    const world = demoWorld();
    await remoteWrite(prometheus.url, world);
    const ask = engineOver(memoryOf(world), false);
    const differences = new Map<string, string>();
    const queries = complianceQueries(smoothing);
    for (const query of queries) {
      // The function has another name in 3.x.
      const ours = await ask({
        ...RANGE,
        query: query.replace("holt_winters", "double_exponential_smoothing"),
      });
      const theirs = await askPrometheus(prometheus.url, { ...RANGE, query });
      const difference = compareAnswers(comparable(ours, known), comparable(theirs, known), {
        relativeTolerance: RELATIVE_TOLERANCE,
        comparesAnnotations: suite === "sid",
        isOrdered: false,
      });
      if (difference !== null) differences.set(query, difference);
    }
    for (const query of different) expect(differences.delete(query)).toBe(true);
    expect([...differences]).toEqual([]);
    expect(queries.length).toBeGreaterThan(539);
  },
);
