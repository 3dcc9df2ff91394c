import { createRequire } from "node:module";
import type * as Autocomplete from "@codemirror/autocomplete";
import type * as State from "@codemirror/state";
import type * as Promql from "@prometheus-io/codemirror-promql";
import { PrometheusDriver, type QueryResult } from "prometheus-query";
import { expect, test } from "vitest";
import { peerOrSkip } from "../peers/index.ts";
import { startTwins, type TwinServers } from "./twin-servers.ts";

/** One copy of each module for all of them: the editor compares classes. */
const load = createRequire(import.meta.url);
const { CompletionContext } = load("@codemirror/autocomplete") as typeof Autocomplete;
const { EditorState } = load("@codemirror/state") as typeof State;
const { LanguageType, newCompleteStrategy, promQLLanguage } = load(
  "@prometheus-io/codemirror-promql",
) as typeof Promql;

/** Clients that others wrote get from us what they get from Prometheus 3.5. */
const EXEMPLARS = ["--enable-feature=exemplar-storage"];

interface Server {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

function bothOf(twins: TwinServers): readonly [ours: Server, theirs: Server] {
  return [
    { url: twins.gaugewayUrl, headers: twins.tenantHeaders },
    { url: twins.prometheusUrl, headers: {} },
  ];
}

test("prometheus-query", { timeout: 120_000 }, async ({ skip }) => {
  await using twins = await startTwins(await peerOrSkip("prometheus", "sid", skip), EXEMPLARS);
  const [ours, theirs] = bothOf(twins);
  const end = new Date(twins.endSeconds * 1000);
  const start = new Date(end.getTime() - 300_000);
  const asked: Readonly<Record<string, (client: PrometheusDriver) => Promise<unknown>>> = {
    instant: async (client) => plain(await client.instantQuery("sort(http_requests_total)", end)),
    range: async (client) =>
      plain(
        await client.rangeQuery("sum by (code) (rate(http_requests_total[1m]))", start, end, 30),
      ),
    series: async (client) =>
      (await client.series(["http_requests_total"], start, end)).map(String).toSorted(),
    labels: async (client) => (await client.labelNames()).toSorted(),
    values: (client) => client.labelValues("code"),
    metadata: (client) => client.metadata("queue_length"),
    rules: (client) => client.rules(),
    alerts: (client) => client.alerts(),
    alertmanagers: (client) => client.alertmanagers(),
    wrong: (client) => client.instantQuery("sum(").catch((error: unknown) => String(error)),
  };
  for (const [name, ask] of Object.entries(asked)) {
    expect.soft(await ask(clientOf(ours)), name).toEqual(await ask(clientOf(theirs)));
  }
  // What belongs to the operator: the same members, whatever their values.
  const operator = clientOf({ url: twins.gaugewayUrl, headers: twins.operatorHeaders });
  const peer = clientOf(theirs);
  expect(members(await operator.statusBuildinfo())).toEqual(members(await peer.statusBuildinfo()));
  expect(members(await operator.statusRuntimeInfo())).toEqual(
    members(await peer.statusRuntimeInfo()),
  );
  expect(members(await operator.statusTSDB())).toEqual(members(await peer.statusTSDB()));
  expect(await operator.targets()).toMatchObject({ activeTargets: [{ scrapePool: "twin" }] });
});

function clientOf({ url, headers }: Server): PrometheusDriver {
  return new PrometheusDriver({ endpoint: url, headers: { ...headers } });
}

function members(value: unknown): readonly string[] {
  return Object.keys(value as object).toSorted();
}

function plain(result: QueryResult): unknown {
  return JSON.parse(JSON.stringify(result)) as unknown;
}

test(
  "codemirror-promql completes from the tenant's own series",
  { timeout: 120_000 },
  async ({ skip }) => {
    await using twins = await startTwins(await peerOrSkip("prometheus", "sid", skip), EXEMPLARS);
    const [ours, theirs] = bothOf(twins);
    for (const httpMethod of ["POST", "GET"] as const) {
      for (const text of [
        "http_",
        "http_requests_total{c",
        'http_requests_total{code="',
        "sum by (",
      ]) {
        const expected = await completionsOf(theirs, httpMethod, text);
        expect.soft(await completionsOf(ours, httpMethod, text), text).toEqual(expected);
        expect.soft(expected.length, text).toBeGreaterThan(0);
      }
    }
  },
);

type PromqlContext = Parameters<ReturnType<typeof newCompleteStrategy>["promQL"]>[0];

async function completionsOf(
  { url, headers }: Server,
  httpMethod: "GET" | "POST",
  text: string,
): Promise<readonly string[]> {
  const strategy = newCompleteStrategy({
    remote: { url, httpMethod, requestHeaders: new Headers(headers) },
  });
  const state = EditorState.create({
    doc: text,
    extensions: [promQLLanguage(LanguageType.PromQL)],
  });
  const result = await strategy.promQL(
    // The package's types name the other build of the same class.
    new CompletionContext(state, text.length, true) as unknown as PromqlContext,
  );
  const labels = result?.options.map(({ label }) => label);
  return (labels ?? []).toSorted();
}
