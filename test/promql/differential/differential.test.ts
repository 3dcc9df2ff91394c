import { expect, test } from "vitest";
import { peerOrSkip, startPrometheus } from "../../peers/index.ts";
import { engineOver, memoryOf } from "./engine-answers.ts";
import { ExpressionGenerator } from "./expression-generator.ts";
import { KNOWN_IN_2_42, KNOWN_IN_3_5, type KnownDifference } from "./known-differences.ts";
import { askPrometheus } from "./prometheus-answers.ts";
import { Random } from "./random.ts";
import { remoteWrite } from "./remote-write.ts";
import { runDifferential } from "./run-differential.ts";
import { randomWorld } from "./world.ts";

/** `GAUGEWAY_DIFF_EXPRESSIONS=20000 GAUGEWAY_DIFF_SEED=7 npx vitest run test/promql/differential` */
const EXPRESSIONS = Number(process.env["GAUGEWAY_DIFF_EXPRESSIONS"] ?? 2000);
const SEED = Number(process.env["GAUGEWAY_DIFF_SEED"] ?? 20_261_128);
/** Each world is another server: data cannot be taken back. */
const EXPRESSIONS_PER_WORLD = 1000;

interface Version {
  readonly name: string;
  readonly suite: "bookworm" | "sid";
  readonly features: string;
  readonly isNameRemovalDelayed: boolean;
  readonly known: readonly KnownDifference[];
}

const VERSIONS: readonly Version[] = [
  {
    name: "Prometheus 3.5",
    suite: "sid",
    features: "promql-experimental-functions,native-histograms",
    isNameRemovalDelayed: false,
    known: KNOWN_IN_3_5,
  },
  {
    name: "Prometheus 3.5 with delayed name removal",
    suite: "sid",
    features: "promql-experimental-functions,native-histograms,promql-delayed-name-removal",
    isNameRemovalDelayed: true,
    known: KNOWN_IN_3_5,
  },
  {
    name: "Prometheus 2.42",
    suite: "bookworm",
    features: "native-histograms",
    isNameRemovalDelayed: false,
    known: KNOWN_IN_2_42,
  },
];

test.for(VERSIONS)(
  "$name answers random queries as we do",
  { timeout: 300_000 + EXPRESSIONS * 50 },
  async ({ suite, features, isNameRemovalDelayed, known }, { skip }) => {
    const binary = await peerOrSkip("prometheus", suite, skip);
    const isNew = suite === "sid";
    const differences: string[] = [];
    let unanswered = 0;
    let explained = 0;
    for (let done = 0, seed = SEED; done < EXPRESSIONS; done += EXPRESSIONS_PER_WORLD, seed++) {
      const random = new Random(seed);
      const world = randomWorld(random, {
        isOnGrid: isNew && random.chance(0.3),
        hasHistograms: isNew,
        hasSmallCounters: isNew,
      });
      await using prometheus = await startPrometheus(binary, "{}", [
        "--web.enable-remote-write-receiver",
        `--enable-feature=${features}`,
      ]);
      await remoteWrite(prometheus.url, world);
      const generator = new ExpressionGenerator(random, { isNew, hasHistograms: isNew });
      const expressions = Math.min(EXPRESSIONS - done, EXPRESSIONS_PER_WORLD);
      const report = await runDifferential({
        random,
        expressions,
        next: () => generator.query(),
        ours: engineOver(memoryOf(world), isNameRemovalDelayed),
        theirs: (question) => askPrometheus(prometheus.url, question),
        known,
        comparesAnnotations: isNew,
        isBitExact: isNew,
      });
      differences.push(...report.differences.map((difference) => `seed ${seed}: ${difference}`));
      unanswered += report.empty + report.errors;
      for (const count of report.explained.values()) explained += count;
    }
    expect(differences).toEqual([]);
    // Known differences are to be rare, or they hide others.
    expect(explained).toBeLessThan(EXPRESSIONS * 0.06);
    // The comparison says something only where most queries have an answer.
    expect(unanswered).toBeLessThan(EXPRESSIONS * 0.6);
  },
);
