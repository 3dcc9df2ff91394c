/** One call of the API, the same for both servers. */
export interface ApiCall {
  readonly method?: "GET" | "POST" | "PUT" | "HEAD" | "OPTIONS";
  readonly path: string;
  readonly form?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Only this version of Prometheus and later ones answer so; the reason stands beside it. */
  readonly since?: "3.5";
  readonly asOperator?: boolean;
  /** What of the body is compared: everything, or only its shape where the content is each server's own. */
  readonly compares?: "body" | "shape" | "status";
}

const encode = encodeURIComponent;

function query(text: string, more = ""): ApiCall {
  return { path: `/api/v1/query?query=${encode(text)}&time=END${more}` };
}

function range(text: string, more = ""): ApiCall {
  const grid = "&start=START&end=END&step=30";
  return { path: `/api/v1/query_range?query=${encode(text)}${more === "" ? grid : more}` };
}

/** Results. */
const QUERIES: readonly ApiCall[] = [
  query("http_requests_total"),
  query("queue_length"),
  query("queue_length * 2"),
  query("1e21"),
  query("vector(1e21)"),
  query("-1/0"),
  query("0/0"),
  query('"a < b & c"'),
  query("http_requests_total[1m]"),
  query("topk(2, http_requests_total)"),
  query("sort_desc(http_requests_total)"),
  query("sum by (code) (rate(http_requests_total[5m]))"),
  query("histogram_quantile(0.9, rate(latency_seconds_bucket[5m]))"),
  query("nothing_at_all"),
  query("time()"),
  query("build_info", "&limit=1"),
  { ...query("http_requests_total", "&limit=2"), since: "3.5" },
  { ...query("queue_length", "&lookback_delta=1"), since: "3.5" },
  query("http_requests_total", "&stats=true"),
  { path: "/api/v1/query", method: "POST", form: { query: "http_requests_total", time: "END" } },
  { path: "/api/v1/query?query=1", method: "POST", form: { query: "2", time: "4" } },
  { path: "/api/v1/query?query=1%2B1&time=4" },
  { path: "/api/v1/query?query=vector(1)&time=1.0005" },
  { path: "/api/v1/query?query=vector(1)&time=-1.5" },
  { path: "/api/v1/query?query=scalar(vector(1))&time=0.25" },
  { path: "/api/v1/query?query=vector(1)&time=2015-07-01T20:10:51.781Z" },
  { path: "/api/v1/query?query=vector(1)&time=2015-07-01T20:10:51%2B02:00" },
  { path: "/api/v1/query?query=vector(1)&time=1e3" },
  range("http_requests_total"),
  range("queue_length"),
  range("rate(http_requests_total[1m])"),
  range("1"),
  range("nothing_at_all"),
  range("sum by (le) (latency_seconds_bucket) > 10"),
  range("http_requests_total", "&start=START&end=END&step=1m30s"),
  range("http_requests_total", "&start=START&end=END&step=0.5"),
  range("1", "&start=0&end=11000&step=1"),
  range("up", "&start=0&end=1000&step=1000"),
];

/** What is wrong, and how it is told. */
const FAILURES: readonly ApiCall[] = [
  { path: "/api/v1/query" },
  query("("),
  query("rate(x)"),
  query("sum(x"),
  query('{__name__=~".*"}'),
  query("http_requests_total / queue_length ==bool"),
  query('label_replace(http_requests_total, "a", "b", "c", "(")'),
  query("http_requests_total + on(path) http_requests_total"),
  query('vector(1) and "a"'),
  query("1", "&timeout=x"),
  { ...query("1", "&limit=x"), since: "3.5" },
  { ...query("1", "&limit=-1"), since: "3.5" },
  { path: "/api/v1/query?query=1&time=x" },
  { path: "/api/v1/query?query=1&time=2015-13-01T00:00:00Z" },
  range("1", "&start=0&end=11001&step=1"),
  range("1", "&start=10&end=0&step=1"),
  range("1", "&start=0&end=10&step=0"),
  range("1", "&start=0&end=10&step=-5"),
  range("1", "&start=0&end=10&step=x"),
  range("1", "&start=0&end=10&step=1e30"),
  range("1", "&start=x&end=10&step=1"),
  range("1", "&end=10&step=1"),
  range("1", "&start=0&step=1"),
  range("1", "&start=0&end=10"),
  { path: "/api/v1/query_range?query=x%5B5m%5D&start=0&end=10&step=1" },
  { path: "/api/v1/query_range?query=%22a%22&start=0&end=10&step=1" },
  {
    path: "/api/v1/query",
    method: "POST",
    body: '{"query":"1"}',
    headers: { "content-type": "application/json" },
  },
  { path: "/api/v1/series" },
  { path: "/api/v1/series?match[]=%7B%7D", since: "3.5" },
  { path: "/api/v1/series?match[]=x%5B5m%5D" },
  { path: "/api/v1/series?match[]=(" },
  { path: "/api/v1/series?match[]=up&start=x" },
  { path: "/api/v1/labels?match[]=%7B" },
  { path: "/api/v1/labels?end=x" },
  { path: "/api/v1/label/__name__/values?match[]=(" },
  { path: "/api/v1/query_exemplars?query=(" },
  { path: "/api/v1/query_exemplars?query=up&start=10&end=0" },
  { path: "/api/v1/metadata?limit=x" },
  { path: "/api/v1/format_query?query=(" },
  { path: "/api/v1/format_query" },
];

const SELF = '{__name__=~"http_requests_total|queue_length|latency_.%2B|build_info"}';
const MATCH = `match[]=${SELF.replaceAll('"', "%22")}`;

function parsed(text: string): ApiCall {
  return { path: `/api/v1/parse_query?query=${encode(text)}`, since: "3.5" };
}

/** Trees of queries. */
const TREES: readonly ApiCall[] = [
  parsed(
    'sum by (code, path) (rate(http_requests_total{code!="500", path=~"/.*"}[5m] offset 1m)) / 2',
  ),
  parsed("a and on(b) c or d unless ignoring(e) f"),
  parsed("a * on(b, c) group_left(d) e > bool 1"),
  parsed("a ^ on() group_right b"),
  parsed("-(x) + +1e9 * Inf - NaN"),
  parsed("max_over_time(x[1h:5m] @ 100.5 offset -30s)"),
  parsed("x[5m] @ start()"),
  parsed("y @ end()"),
  parsed('label_join(x, "a", "b", "c", "d")'),
  parsed('count_values without (a) ("v", x)'),
  parsed("topk(3, x)"),
  parsed("round(x)"),
  parsed("minute()"),
  parsed('{"utf8.name", "quoted label"="x"}'),
  parsed('"text"'),
  parsed("5m"),
];

/** What series there are. */
const CATALOGUE: readonly ApiCall[] = [
  { path: `/api/v1/labels?${MATCH}` },
  { path: "/api/v1/labels", method: "POST", form: { "match[]": "http_requests_total" } },
  { path: "/api/v1/labels?match[]=http_requests_total&match[]=build_info" },
  { path: "/api/v1/labels?match[]=nothing" },
  { path: "/api/v1/labels?match[]=build_info&start=START&end=END" },
  { path: "/api/v1/labels?match[]=build_info&start=10&end=5" },
  { path: "/api/v1/labels?match[]=http_requests_total&limit=2", since: "3.5" },
  { path: `/api/v1/label/__name__/values?${MATCH}` },
  { path: "/api/v1/label/queue/values" },
  { path: "/api/v1/label/code/values?match[]=http_requests_total" },
  { path: "/api/v1/label/code/values?limit=1", since: "3.5" },
  { path: "/api/v1/label/no_such/values" },
  { path: "/api/v1/label/U__code/values", since: "3.5" },
  { path: `/api/v1/series?${MATCH}` },
  { path: "/api/v1/series", method: "POST", form: { "match[]": "queue_length" } },
  { path: "/api/v1/series?match[]=build_info&match[]=build_info" },
  { path: "/api/v1/series?match[]=http_requests_total&limit=2", since: "3.5" },
  { path: "/api/v1/series?match[]=build_info&start=10&end=5" },
  { path: "/api/v1/query_exemplars?query=latency_seconds_bucket&start=START&end=END" },
  { path: "/api/v1/query_exemplars?query=test" },
  { path: "/api/v1/query_exemplars?query=1" },
  { path: "/api/v1/format_query?query=sum+by(code)(rate(http_requests_total%5B5m%5D))/1" },
  { path: "/api/v1/metadata?metric=queue_length" },
  { path: "/api/v1/metadata?metric=latency_seconds" },
  { path: "/api/v1/metadata?metric=nothing" },
  { path: "/api/v1/metadata?limit=0" },
];

/** Of the installation. */
const STATUS: readonly ApiCall[] = [
  { path: "/api/v1/rules", asOperator: true, compares: "shape" },
  { path: "/api/v1/alerts", asOperator: true },
  { path: "/api/v1/alertmanagers", asOperator: true },
  { path: "/api/v1/status/buildinfo", asOperator: true, compares: "shape" },
  { path: "/api/v1/status/runtimeinfo", asOperator: true, compares: "shape", since: "3.5" },
  { path: "/api/v1/status/config", asOperator: true, compares: "shape" },
  { path: "/api/v1/status/walreplay", asOperator: true, compares: "shape" },
  { path: "/api/v1/status/tsdb", asOperator: true, compares: "shape" },
  { path: "/api/v1/status/tsdb?limit=0", asOperator: true, since: "3.5" },
  { path: "/api/v1/status/flags", asOperator: true, compares: "status" },
  { path: "/api/v1/targets?state=active", asOperator: true, compares: "shape", since: "3.5" },
  { path: "/api/v1/targets?state=any", asOperator: true, compares: "shape", since: "3.5" },
  { path: "/api/v1/targets/metadata?metric=queue_length", asOperator: true },
  { path: "/api/v1/targets/metadata?limit=x", asOperator: true },
  {
    path: '/api/v1/targets/metadata?metric=queue_length&match_target={job="other"}',
    asOperator: true,
  },
];

/** The wire itself. */
const TRANSPORT: readonly ApiCall[] = [
  { path: "/api/v1/query", method: "OPTIONS", headers: { origin: "http://page.example" } },
  { path: "/api/v1/query", method: "OPTIONS" },
  { path: "/api/v1/query?query=1&time=4", headers: { origin: "http://page.example" } },
  { path: "/api/v1/query?query=1&time=4", headers: { "accept-encoding": "gzip" } },
  { path: "/api/v1/query?query=1&time=4", headers: { "accept-encoding": "deflate, gzip" } },
  { path: "/api/v1/query?query=1&time=4", headers: { "accept-encoding": "identity" } },
  { path: "/api/v1/query?query=1", method: "PUT", compares: "status" },
  { path: "/api/v1/query?query=1", method: "HEAD", compares: "status" },
  { path: "/api/v1/label/a/values", method: "POST", compares: "status" },
  { path: "/api/v1/no_such_thing", compares: "status" },
];

export const API_CALLS = { QUERIES, FAILURES, TREES, CATALOGUE, STATUS, TRANSPORT };
