/**
 * The queries that are measured, in process and over HTTP, and what they run on. Two data sets:
 * `dashboard`, what a team's dashboards ask of counters and gauges over six hours, and `pods`, the
 * shape on which Thanos measures its engine: 15,000 series of pods with containers and buckets.
 */
export interface MeasuredQuery {
  readonly name: string;
  readonly expression: string;
  readonly stepSeconds: number;
  readonly rangeSeconds: number;
}

const hour = 3600;

function dashboard(name: string, expression: string, stepSeconds: number): MeasuredQuery {
  return { name, expression, stepSeconds, rangeSeconds: 6 * hour };
}

function pods(name: string, expression: string): MeasuredQuery {
  return { name, expression, stepSeconds: 30, rangeSeconds: 2 * hour };
}

export const dashboardQueries: readonly MeasuredQuery[] = [
  dashboard("sum by (rate), 100 series", "sum by (job) (rate(bench_requests0_total[5m]))", 15),
  dashboard("1,000 gauges raw", '{__name__=~"bench_gauge.*"}', 60),
  dashboard("max_over_time [1h], 100 gauges", "max_over_time(bench_gauge40[1h])", 60),
  dashboard(
    "quantile by, 1,000 gauges",
    'quantile by (zone) (0.9, {__name__=~"bench_gauge.*"})',
    60,
  ),
  dashboard(
    "many-to-one join, 100 series",
    "bench_requests0_total / on (instance) group_left bench_requests1_total",
    15,
  ),
];

export const podQueries: readonly MeasuredQuery[] = [
  pods("selector", "http_requests_total"),
  pods("sum", "sum(http_requests_total)"),
  pods("sum by (pod)", "sum by (pod) (http_requests_total)"),
  pods("topk(2)", "topk(2, http_requests_total)"),
  pods("rate[1m]", "rate(http_requests_total[1m])"),
  pods("sum(rate)", "sum(rate(http_requests_total[1m]))"),
  pods("sum by (pod)(rate)", "sum by (pod) (rate(http_requests_total[1m]))"),
  pods("rate[5m]", "rate(http_requests_total[5m])"),
  pods(
    "one-to-one /",
    'http_requests_total{container="c1"} / ignoring (container) http_responses_total',
  ),
  pods("many-to-one /", "http_requests_total / on (pod) group_left http_responses_total"),
  pods("vector × scalar", "http_requests_total * 10"),
  pods("histogram_quantile", "histogram_quantile(0.9, http_response_seconds_bucket)"),
  pods(
    "hq(sum by le (rate[5m]))",
    "histogram_quantile(0.9, sum by (le) (rate(http_response_seconds_bucket[5m])))",
  ),
  pods("subquery", "sum_over_time(rate(http_requests_total[1m])[10m:1m])"),
  pods("count_over_time[1h]", "count_over_time(http_requests_total[1h])"),
  pods("sum_over_time[6h]", "sum_over_time(http_responses_total[6h])"),
];
