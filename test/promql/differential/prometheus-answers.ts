import type { Answer, HistogramAnswer, PointAnswer, Question, SeriesAnswer } from "./answer.ts";

interface ApiHistogram {
  readonly count: string;
  readonly sum: string;
  readonly buckets?: readonly (readonly [number, string, string, string])[];
}

interface ApiSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
  readonly histogram?: readonly [number, ApiHistogram];
  readonly values?: readonly (readonly [number, string])[];
  readonly histograms?: readonly (readonly [number, ApiHistogram])[];
}

interface ApiData<Type extends string, Result> {
  readonly resultType: Type;
  readonly result: Result;
}

interface ApiAnswer {
  readonly error?: string;
  readonly data?:
    | ApiData<"scalar" | "string", readonly [number, string]>
    | ApiData<"vector" | "matrix", readonly ApiSeries[]>;
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

/** Asks a Prometheus API at `url`, ours too. */
export async function askPrometheus(
  url: string,
  question: Question,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await fetch(`${url}/api/v1/${pathOf(question)}`, {
    method: "POST",
    headers,
    body: parametersOf(question),
  });
  const { error, data, warnings = [], infos = [] } = (await response.json()) as ApiAnswer;
  if (data === undefined) {
    return { error: (error ?? "").replace(/^invalid parameter "query": /, "") };
  }
  const annotations = [...warnings, ...infos];
  switch (data.resultType) {
    case "vector":
    case "matrix": {
      const series = data.result.map(seriesOf);
      return { type: data.resultType, text: "", series, annotations };
    }
    case "scalar": {
      const [time, text] = data.result;
      const points = [{ timeMs: msOf(time), value: numberOf(text) }];
      return { type: "scalar", text: "", series: [{ labels: {}, points }], annotations };
    }
    case "string":
      return {
        type: "string",
        text: data.result[1],
        series: [{ labels: {}, points: [] }],
        annotations,
      };
  }
}

export function pathOf({ stepMs }: Question): string {
  return stepMs === null ? "query" : "query_range";
}

export function parametersOf({ query, startMs, endMs, stepMs }: Question): URLSearchParams {
  if (stepMs === null) return new URLSearchParams({ query, time: seconds(endMs) });
  return new URLSearchParams({
    query,
    start: seconds(startMs),
    end: seconds(endMs),
    step: seconds(stepMs),
  });
}

function seconds(ms: number): string {
  return String(ms / 1000);
}

function seriesOf(series: ApiSeries): SeriesAnswer {
  const { value, histogram, values = [], histograms = [] } = series;
  const floats = value === undefined ? values : [value];
  const natives = histogram === undefined ? histograms : [histogram];
  const points: { timeMs: number; value: PointAnswer }[] = [
    ...floats.map(([time, text]) => ({ timeMs: msOf(time), value: numberOf(text) })),
    ...natives.map(([time, one]) => ({ timeMs: msOf(time), value: histogramOf(one) })),
  ];
  points.sort((a, b) => a.timeMs - b.timeMs);
  return { labels: series.metric, points };
}

function msOf(time: number): number {
  return Math.round(time * 1000);
}

function numberOf(text: string): number {
  return text.endsWith("Inf") ? Number(text.replace("Inf", "Infinity")) : Number(text);
}

function histogramOf({ count, sum, buckets = [] }: ApiHistogram): HistogramAnswer {
  return {
    count: numberOf(count),
    sum: numberOf(sum),
    buckets: buckets.map(([rule, lower, upper, observations]) => [
      rule,
      numberOf(lower),
      numberOf(upper),
      numberOf(observations),
    ]),
  };
}
