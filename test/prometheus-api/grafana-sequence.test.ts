import { expect, test } from "vitest";
import { peerOrSkip } from "../peers/index.ts";
import type { ApiCall } from "./api-calls.ts";
import { ask } from "./ask.ts";
import { comparable } from "./comparable.ts";
import { startTwins } from "./twin-servers.ts";

/**
 * What Grafana's Prometheus data source sends, in its order and form: saving and testing, opening,
 * the query editor, panels, variables. Every answer is the one that Prometheus 3.5 gives.
 */
const FORM = "POST";
const SEQUENCE: readonly (ApiCall & { readonly step: string; readonly own?: true })[] = [
  { step: "save and test", method: FORM, path: "/api/v1/query", form: { query: "1+1", time: "4" } },
  { step: "which server", path: "/api/v1/status/buildinfo", own: true },
  { step: "open", path: "/api/v1/rules" },
  // In milliseconds, which is far in the future; it must be no error.
  { step: "open", path: "/api/v1/query_exemplars?query=test&start=START000&end=END000" },
  {
    step: "names",
    path: "/api/v1/label/__name__/values?match[]={job=%22twin%22}&start=START&end=END",
    own: true,
  },
  { step: "metadata", path: "/api/v1/metadata", own: true },
  {
    step: "labels",
    method: FORM,
    path: "/api/v1/labels",
    form: { "match[]": "http_requests_total", start: "START", end: "END" },
  },
  { step: "labels", path: "/api/v1/labels?match[]=http_requests_total&start=START&end=END" },
  {
    step: "values",
    path: "/api/v1/label/code/values?match[]=http_requests_total&start=START&end=END&limit=40000",
  },
  {
    step: "series",
    method: FORM,
    path: "/api/v1/series",
    form: {
      "match[]": '{__name__!="",job="twin",queue!=""}',
      start: "START",
      end: "END",
      limit: "40000",
    },
  },
  {
    step: "panel",
    method: FORM,
    path: "/api/v1/query_range",
    form: {
      query: "sum by (code) (rate(http_requests_total[1m]))",
      start: "START",
      end: "END",
      step: "15",
      timeout: "30s",
    },
  },
  {
    step: "panel",
    method: FORM,
    path: "/api/v1/query_range",
    form: { query: "queue_length", start: "START.5", end: "END.5", step: "15" },
  },
  {
    step: "instant",
    method: FORM,
    path: "/api/v1/query",
    form: { query: "queue_length", time: "END.123" },
  },
  {
    step: "exemplars",
    method: FORM,
    path: "/api/v1/query_exemplars",
    form: { query: "latency_seconds_bucket", start: "START", end: "END" },
  },
  {
    step: "variable",
    path: "/api/v1/query?query=count(http_requests_total)%20by%20(code)&time=END",
  },
  { step: "variable", path: "/api/v1/series?match[]=http_requests_total&start=START&end=END" },
];

test(
  "Grafana's calls are answered as by Prometheus 3.5",
  { timeout: 120_000 },
  async ({ skip }) => {
    const flags = ["--enable-feature=exemplar-storage"];
    await using twins = await startTwins(await peerOrSkip("prometheus", "sid", skip), flags);
    const { endSeconds, tenantHeaders } = twins;
    for (const call of SEQUENCE) {
      const name = `${call.step}: ${JSON.stringify(call)}`;
      const ours = await ask(twins.gaugewayUrl, call, tenantHeaders, endSeconds);
      const theirs = await ask(twins.prometheusUrl, call, {}, endSeconds);
      expect.soft(ours.status, name).toBe(theirs.status);
      expect.soft(ours.headers, name).toEqual(theirs.headers);
      const seen = (text: string) =>
        call.own === true ? successOf(text) : comparable(text, "3.5", false);
      expect.soft(seen(ours.text), name).toEqual(seen(theirs.text));
    }
    const build = await ask(
      twins.gaugewayUrl,
      { path: "/api/v1/status/buildinfo" },
      tenantHeaders,
      endSeconds,
    );
    // With a member of this name Grafana would take us for Mimir.
    expect(build.text).not.toContain("features");
  },
);

function successOf(text: string): string {
  return (JSON.parse(text) as { status: string }).status;
}
