import { expect, test } from "vitest";
import { peerOrSkip, startPrometheus } from "../../peers/index.ts";
import { ExpressionGenerator } from "./expression-generator.ts";
import { startGaugewayOver } from "./gaugeway-over-world.ts";
import { KNOWN_IN_3_5 } from "./known-differences.ts";
import { askPrometheus } from "./prometheus-answers.ts";
import { Random } from "./random.ts";
import { remoteWrite } from "./remote-write.ts";
import { runDifferential } from "./run-differential.ts";
import { randomWorld } from "./world.ts";
import { exposable } from "./world-exposition.ts";

/** `GAUGEWAY_DIFF_EXPRESSIONS=20000 GAUGEWAY_DIFF_SEED=7 npx vitest run test/promql/differential` */
const EXPRESSIONS = Number(process.env["GAUGEWAY_DIFF_EXPRESSIONS"] ?? 600);
const SEED = Number(process.env["GAUGEWAY_DIFF_SEED"] ?? 20_261_128);
const SECRET = "kq7fz2mw9xd4tb6nh3vc8rj5pl";

test(
  "a server answers random queries over HTTP as Prometheus 3.5 does",
  { timeout: 300_000 + EXPRESSIONS * 50 },
  async ({ skip }) => {
    const binary = await peerOrSkip("prometheus", "sid", skip);
    const random = new Random(SEED);
    const world = exposable(
      randomWorld(random, { isOnGrid: false, hasHistograms: false, hasSmallCounters: true }),
    );
    await using prometheus = await startPrometheus(binary, "{}", [
      "--web.enable-remote-write-receiver",
      "--enable-feature=promql-experimental-functions",
    ]);
    await remoteWrite(prometheus.url, world);
    await using server = await startGaugewayOver(
      world,
      `query: {features: [promql-experimental-functions]}
tenants:
  - name: all
    entitlement: {selectors: ['{__name__!=""}']}
    clients: [{name: asks, id: asks, secret: ${SECRET}, scopes: [metrics.query]}]
`,
    );
    const generator = new ExpressionGenerator(random, { isNew: true, hasHistograms: false });
    const credentials = Buffer.from(`asks:${SECRET}`).toString("base64");
    const headers = { authorization: `Basic ${credentials}` };
    const report = await runDifferential({
      random,
      expressions: EXPRESSIONS,
      next: () => generator.query(),
      ours: (question) => askPrometheus(server.url, question, headers),
      theirs: (question) => askPrometheus(prometheus.url, question),
      known: KNOWN_IN_3_5,
      comparesAnnotations: true,
      isBitExact: true,
    });
    expect(report.differences).toEqual([]);
    expect(report.empty + report.errors).toBeLessThan(EXPRESSIONS * 0.6);
  },
);
