import { formatLabels, labelsOfRecord } from "#model";

/** What Prometheus' API says of a query, with every point read. */
export interface QueryReply {
  readonly type: "scalar" | "string" | "vector" | "matrix";
  readonly series: readonly ReplySeries[];
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

export interface ReplySeries {
  /** As PromQL names it; empty for scalars and strings. */
  readonly name: string;
  readonly points: readonly ReplyPoint[];
}

export interface ReplyPoint {
  readonly timeMs: number;
  /** As it was sent, a histogram by its count and sum. */
  readonly text: string;
  /** NaN where the point is none. */
  readonly value: number;
}

/** The body of an answer, which succeeded. */
export function readReply(body: string): QueryReply {
  const { data, warnings = [], infos = [] } = JSON.parse(body) as Body;
  const { resultType: type, result } = data;
  const isSingle = type === "scalar" || type === "string";
  const series = isSingle
    ? [{ name: "", points: [floatPoint(result as Sample)] }]
    : (result as readonly Element[]).map(replySeries);
  return { type, series, warnings, infos };
}

type Sample = readonly [seconds: number, value: string];
type HistogramSample = readonly [
  seconds: number,
  histogram: { readonly count: string; readonly sum: string },
];

interface Element {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: Sample;
  readonly values?: readonly Sample[];
  readonly histogram?: HistogramSample;
  readonly histograms?: readonly HistogramSample[];
}

interface Body {
  readonly data: {
    readonly resultType: QueryReply["type"];
    readonly result: Sample | readonly Element[];
  };
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

function replySeries({ metric, value, values, histogram, histograms }: Element): ReplySeries {
  const points = [
    ...(values ?? (value === undefined ? [] : [value])).map(floatPoint),
    ...(histograms ?? (histogram === undefined ? [] : [histogram])).map(histogramPoint),
  ];
  points.sort((a, b) => a.timeMs - b.timeMs);
  return { name: formatLabels(labelsOfRecord(metric)), points };
}

function floatPoint([seconds, text]: Sample): ReplyPoint {
  const value = Number(text.replace("Inf", "Infinity"));
  return { timeMs: Math.round(seconds * 1000), text, value };
}

function histogramPoint([seconds, { count, sum }]: HistogramSample): ReplyPoint {
  const text = `{count:${count}, sum:${sum}}`;
  return { timeMs: Math.round(seconds * 1000), text, value: Number.NaN };
}
