/** Steps of the history that the twins scrape in one go, and the time of each, ending before `endMs`. */
const STEPS = 40;
const STEP_MS = 15_000;

/**
 * A history as one OpenMetrics document: every sample has its time, so that all who scrape it have
 * the same samples at the same times. Counters with a reset, a gauge with NaN and infinities, a
 * histogram with exemplars, UTF-8 in values, an info metric.
 */
export function twinExposition(endMs: number): string {
  const times = Array.from({ length: STEPS }, (_, i) => endMs - (STEPS - i) * STEP_MS + i * 7);
  const lines = (labels: string, valueAt: (step: number) => string, tail = "") =>
    times.map((timeMs, i) => `${labels} ${valueAt(i)} ${seconds(timeMs)}${tail}`);
  const gauge = ["0.5", "-3", "NaN", "+Inf", "7e-7", "1e+21", "-0", "12345.678"];
  return [
    "# TYPE http_requests counter",
    "# HELP http_requests Requests by code.",
    ...["200", "404", "500"].flatMap((code, c) =>
      lines(`http_requests_total{code="${code}",path="/a"}`, (i) =>
        String((i % 25) * (c + 1) * 3 + 0.25),
      ),
    ),
    "# TYPE queue_length gauge",
    "# HELP queue_length Messages that wait.",
    ...['a\\"b\\\\c\\nd', "ü", "<&>"].flatMap((queue, q) =>
      lines(`queue_length{queue="${queue}"}`, (i) => gauge[(i + q) % gauge.length] ?? "0"),
    ),
    "# TYPE latency_seconds histogram",
    "# UNIT latency_seconds seconds",
    "# HELP latency_seconds How long requests take.",
    ...["0.1", "1.0", "+Inf"].flatMap((le, b) =>
      lines(
        `latency_seconds_bucket{le="${le}"}`,
        (i) => String(i * (b + 1)),
        b === 1 ? ` # {trace_id="t${b}"} 0.5 ${seconds(endMs - 20_000)}` : "",
      ),
    ),
    ...lines("latency_seconds_sum", (i) => String(i * 0.7)),
    ...lines("latency_seconds_count", (i) => String(i * 3)),
    "# TYPE build info",
    "# HELP build The build.",
    ...lines('build_info{version="1.2"}', () => "1"),
    "# EOF\n",
  ].join("\n");
}

function seconds(timeMs: number): string {
  return (timeMs / 1000).toFixed(3);
}
