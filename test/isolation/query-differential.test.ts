/**
 * What a tenant's queries give is the same, byte for byte, whether or not another tenant's series
 * exist beside its own: answers, errors, annotations, and what the API tells of labels and series.
 * Random queries, two servers, one of them with the neighbour.
 */
import { expect, test } from "vitest";
import { labelsOfRecord, labelValue } from "#model";
import { ExpressionGenerator } from "../promql/differential/expression-generator.ts";
import { render } from "../promql/differential/expression.ts";
import { startGaugewayOver } from "../promql/differential/gaugeway-over-world.ts";
import { parametersOf, pathOf } from "../promql/differential/prometheus-answers.ts";
import { Random } from "../promql/differential/random.ts";
import { randomTimes } from "../promql/differential/run-differential.ts";
import { randomWorld, WORLD_END_MS, WORLD_START_MS } from "../promql/differential/world.ts";
import { exposable } from "../promql/differential/world-exposition.ts";
import { basic, bodyOf, rawAnswer, statusOf } from "./raw-answer.ts";

/** `GAUGEWAY_DIFF_EXPRESSIONS=20000 GAUGEWAY_DIFF_SEED=7 npx vitest run test/isolation` */
const EXPRESSIONS = Number(process.env["GAUGEWAY_DIFF_EXPRESSIONS"] ?? 300);
const SEED = Number(process.env["GAUGEWAY_DIFF_SEED"] ?? 20_261_128);
const SECRET = "isolation-Secret-that-is-long-enough-0123456789";
/** Of the neighbour alone. */
const CANARIES = ["kanarie_metric", "kanarie_label", "kanarieValue"];

const ACME = `
  - name: acme
    entitlement: {selectors: ['{job="api"}']}
    clients: [{id: acme, name: acme, secret: ${SECRET}, scopes: [metrics.query]}]
  - name: acme-narrow
    entitlement: {selectors: ['{job="api",__name__!~"extreme|quota"}'], drop_labels: [zone, version]}
    clients: [{id: narrow, name: narrow, secret: ${SECRET}, scopes: [metrics.query]}]`;
const BRAVO = `
  - name: bravo
    entitlement: {selectors: ['{job="web"}']}
    clients: [{id: bravo, name: bravo, secret: ${SECRET}, scopes: [metrics.query]}]`;

function configWith(tenants: string): string {
  return `query: {features: [promql-experimental-functions]}\ntenants:${tenants}\n`;
}

/** What is asked beside queries: of all that is there, and of what only the neighbour has. */
const CATALOGUE_PATHS = [
  "labels?",
  "label/__name__/values?",
  "label/job/values?",
  "label/instance/values?",
  "label/zone/values?",
  "label/kanarie_label/values?",
  "series?match[]={__name__!=%22%22}",
  "series?match[]={job=%22web%22}",
  "series?match[]=kanarie_metric",
  "labels?match[]={job=~%22.*%22}",
  "metadata?",
].map((path) => `/api/v1/${path}&start=${WORLD_START_MS / 1000}&end=${WORLD_END_MS / 1000}`);

test(
  "a neighbour's series change no byte of what a tenant's queries give",
  { timeout: 300_000 + EXPRESSIONS * 100 },
  async () => {
    const random = new Random(SEED);
    const world = exposable(
      randomWorld(random, { isOnGrid: false, hasHistograms: false, hasSmallCounters: true }),
    );
    const own = world.filter(({ labels }) => labelValue(labels, "job") === "api");
    const foreign = world.filter(({ labels }) => labelValue(labels, "job") !== "api");
    const canary = foreign.slice(0, 3).map(({ points }, i) => ({
      labels: labelsOfRecord({
        __name__: "kanarie_metric",
        job: "web",
        kanarie_label: `kanarieValue${i}`,
      }),
      points,
    }));
    await using alone = await startGaugewayOver(own, configWith(ACME));
    await using shared = await startGaugewayOver([...world, ...canary], configWith(ACME + BRAVO));
    const generator = new ExpressionGenerator(random, { isNew: true, hasHistograms: false });
    const queries = Array.from({ length: EXPRESSIONS }, () => {
      const question = { ...randomTimes(random), query: render(generator.query()) };
      return `/api/v1/${pathOf(question)}?${parametersOf(question).toString()}`;
    });
    let answered = 0;
    for (const path of [...CATALOGUE_PATHS, ...queries]) {
      for (const id of ["acme", "narrow"]) {
        const request = { path, headers: [basic(id, SECRET)] };
        const expected = await rawAnswer(alone.url, request);
        const answer = await rawAnswer(shared.url, request);
        expect({ id, path, answer }).toEqual({ id, path, answer: expected });
        expect(
          CANARIES.filter((text) => bodyOf(answer).includes(text) && !path.includes(text)),
        ).toEqual([]);
        if (statusOf(answer) === 200 && !bodyOf(answer).includes('"result":[]')) answered += 1;
      }
    }
    expect(answered).toBeGreaterThan(EXPRESSIONS * 0.5);
    // The neighbour is there.
    const bravo = { path: "/api/v1/query?query=kanarie_metric&time=1700000000" };
    const seen = await rawAnswer(shared.url, { ...bravo, headers: [basic("bravo", SECRET)] });
    expect(bodyOf(seen)).toContain("kanarieValue");
  },
);
