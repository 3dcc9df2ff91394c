import type {
  ConnectionSnapshot,
  EndpointSnapshot,
  OutcomeSnapshot,
  WindowSnapshot,
} from "../telemetry/window-snapshot.ts";
import type { SampleSummary } from "../telemetry/sample-summary.ts";
import { floatField, integerField, type Point } from "./line-protocol.ts";

/** What came of a counter since the last batch. */
export type CountSince = (series: string, total: number) => number;

type Fields = Point["fields"];

const PERCENTILES = [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99] as const;

/** All points of one window: counters, then gauges, then histograms. */
export function* windowPoints(
  snapshot: WindowSnapshot,
  host: string,
  countSince: CountSince,
): Generator<Point> {
  const { connected, disconnected, latestPauseNs, everyPauseNs } = snapshot;
  for (const outcome of snapshot.outcomes) yield requestsPoint(outcome, host, countSince);
  for (const endpoint of snapshot.endpoints) yield* responsePoints(endpoint, host, countSince);
  yield routerPoint("in", host, connectionFields(connected));
  yield routerPoint("out", host, connectionFields(disconnected));
  yield routerPoint("in", host, [["gauge", integerField(connected.gauge)]]);
  yield routerPoint("out", host, [["gauge", integerField(disconnected.gauge)]]);
  yield servicePoint("debug", host, gaugeFields(snapshot.debug));
  yield servicePoint("runtime", host, gaugeFields(snapshot.runtime));
  yield* latencyPoints(snapshot, host);
  yield servicePoint("service.debug.GCStats.Pause", host, histogramFields(latestPauseNs));
  yield servicePoint("service.runtime.MemStats.PauseNs", host, histogramFields(everyPauseNs));
}

function* latencyPoints(snapshot: WindowSnapshot, host: string): Generator<Point> {
  for (const outcome of snapshot.outcomes) {
    if (isEmpty(outcome.latencyNs)) continue;
    const fields = histogramFields(outcome.latencyNs);
    yield { measurement: "requests", tags: outcomeTags(outcome, host), fields };
  }
  for (const { name, timeNs, sizeBytes } of snapshot.endpoints) {
    const tags: Point["tags"] = [
      ["host", host],
      ["name", name],
    ];
    if (!isEmpty(timeNs)) {
      yield { measurement: "router.response-time", tags, fields: histogramFields(timeNs) };
    }
    if (!isEmpty(sizeBytes)) {
      yield { measurement: "router.response-size", tags, fields: histogramFields(sizeBytes) };
    }
  }
}

function outcomeTags(
  { layer, name, complete, error }: OutcomeSnapshot,
  host: string,
): Point["tags"] {
  return [
    ["complete", String(complete)],
    ["error", String(error)],
    ["host", host],
    ["layer", layer],
    ["name", name],
  ];
}

function requestsPoint(outcome: OutcomeSnapshot, host: string, countSince: CountSince): Point {
  const tags = outcomeTags(outcome, host);
  const { layer, name, complete, error, calls } = outcome;
  const count = countSince(`requests ${complete} ${error} ${layer} ${name}`, calls);
  return { measurement: "requests", tags, fields: countFields(count, calls) };
}

function* responsePoints(
  { name, responses }: EndpointSnapshot,
  host: string,
  countSince: CountSince,
): Generator<Point> {
  for (const [status, total] of responses) {
    const tags: Point["tags"] = [
      ["host", host],
      ["name", name],
      ["status", String(status)],
    ];
    const count = countSince(`responses ${status} ${name}`, total);
    yield { measurement: "responses", tags, fields: countFields(count, total) };
  }
}

function routerPoint(direction: "in" | "out", host: string, fields: Fields): Point {
  const tags: Point["tags"] = [
    ["direction", direction],
    ["host", host],
  ];
  return { measurement: "router", tags, fields };
}

function servicePoint(measurement: string, host: string, fields: Fields): Point {
  return { measurement, tags: [["host", host]], fields };
}

function countFields(count: number, total: number): Fields {
  return [
    ["count", integerField(count)],
    ["total", integerField(total)],
  ];
}

function connectionFields({ current, total }: ConnectionSnapshot): Fields {
  return [
    ["current", integerField(current)],
    ["total", integerField(total)],
  ];
}

function gaugeFields(gauges: ReadonlyMap<string, number | bigint>): Fields {
  return Array.from(gauges, ([field, value]) => [field, integerField(value)] as const);
}

/** Integers but for the percentiles: an existing database has these types and keeps them. */
function histogramFields(summary: SampleSummary): Fields {
  return [
    ["max", integerField(summary.max)],
    ["mean", integerField(summary.mean)],
    ["min", integerField(summary.min)],
    ...PERCENTILES.map((share) => [`p${share}`, floatField(summary.percentile(share))] as const),
    ["stddev", integerField(summary.stdDev)],
    ["variance", integerField(summary.variance)],
  ];
}

/** A window whose values are all 0 counts as empty, too. */
function isEmpty({ min, max }: SampleSummary): boolean {
  return min === 0 && max === 0;
}
