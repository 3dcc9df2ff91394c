/** A query with names in braces, each of which stands for several texts. */
const VARIANTS: Readonly<Record<string, readonly string[]>> = {
  range: ["1s", "15s", "1m", "5m", "15m", "1h"],
  offset: ["1m", "5m", "10m"],
  aggregation: ["sum", "avg", "max", "min", "count", "stddev", "stdvar"],
  overTime: ["sum", "avg", "max", "min", "count", "stddev", "stdvar", "absent", "last"],
  ranking: ["topk", "bottomk"],
  quantile: ["-0.5", "0.1", "0.5", "0.75", "0.95", "0.90", "0.99", "1", "1.5"],
  arithmetic: ["+", "-", "*", "/", "%", "^"],
  comparison: ["==", "!=", "<", ">", "<=", ">="],
  binary: ["+", "-", "*", "/", "%", "^", "==", "!=", "<", ">", "<=", ">="],
  math: ["abs", "ceil", "floor", "exp", "sqrt", "ln", "log2", "log10", "round"],
  rate: ["rate", "increase", "delta"],
  instantRate: ["idelta", "irate"],
  clamp: ["clamp_min", "clamp_max"],
  date: ["day_of_month", "day_of_week", "days_in_month", "hour", "minute", "month", "year"],
  factor: ["0.1", "0.5", "0.8"],
};

const TEMPLATES: readonly string[] = `
42
1.234
.123
1.23e-3
0x3d
Inf
+Inf
-Inf
NaN
demo_memory_usage_bytes
{__name__="demo_memory_usage_bytes"}
demo_memory_usage_bytes{type="free"}
demo_memory_usage_bytes{type!="free"}
demo_memory_usage_bytes{instance=~"demo.example.com:.*"}
demo_memory_usage_bytes{instance=~"host"}
demo_memory_usage_bytes{instance!~".*:10000"}
demo_memory_usage_bytes{type="free", instance!="demo.example.com:10000"}
{type="free", instance!="demo.example.com:10000"}
{__name__=~".*"}
nonexistent_metric_name
demo_memory_usage_bytes offset {offset}
demo_memory_usage_bytes offset -{offset}
demo_intermittent_metric
{aggregation}(demo_memory_usage_bytes)
{aggregation}(nonexistent_metric_name)
{aggregation} by() (demo_memory_usage_bytes)
{aggregation} by(instance) (demo_memory_usage_bytes)
{aggregation} by(instance, type) (demo_memory_usage_bytes)
{aggregation} by(nonexistent) (demo_memory_usage_bytes)
{aggregation} without() (demo_memory_usage_bytes)
{aggregation} without(instance) (demo_memory_usage_bytes)
{aggregation} without(instance, type) (demo_memory_usage_bytes)
{aggregation} without(nonexistent) (demo_memory_usage_bytes)
{ranking} (3, demo_memory_usage_bytes)
{ranking} by(instance) (2, demo_memory_usage_bytes)
{ranking} without(instance) (2, demo_memory_usage_bytes)
{ranking} without() (2, demo_memory_usage_bytes)
quantile({quantile}, demo_memory_usage_bytes)
avg(max by(type) (demo_memory_usage_bytes))
count_values("value", demo_num_cpus)
count_values by(instance) ("value", demo_batch_last_success_timestamp_seconds)
1 * 2 + 4 / 6 - 10 % 2 ^ 2
demo_num_cpus + (1 {comparison} bool 2)
demo_memory_usage_bytes {binary} 1.2345
demo_memory_usage_bytes {comparison} bool 1.2345
1.2345 {comparison} bool demo_memory_usage_bytes
0.12345 {binary} demo_memory_usage_bytes
(1 * 2 + 4 / 6 - (10%7)^2) {binary} demo_memory_usage_bytes
demo_memory_usage_bytes {binary} (1 * 2 + 4 / 6 - 10)
timestamp(demo_memory_usage_bytes * 1)
timestamp(-demo_memory_usage_bytes)
demo_memory_usage_bytes {binary} on(instance, job, type) demo_memory_usage_bytes
sum by(instance, type) (demo_memory_usage_bytes) {binary} on(instance, type) group_left(job) demo_memory_usage_bytes
demo_memory_usage_bytes {comparison} bool on(instance, job, type) demo_memory_usage_bytes
demo_memory_usage_bytes / on(instance, job, type, nonexistent) demo_memory_usage_bytes
demo_memory_usage_bytes / ignoring(nonexistent) demo_memory_usage_bytes
demo_memory_usage_bytes and on(instance) demo_num_cpus
demo_memory_usage_bytes{type="free"} or demo_memory_usage_bytes{type="used"}
demo_memory_usage_bytes unless demo_memory_usage_bytes{type="free"}
demo_memory_usage_bytes - on(instance) group_left() demo_disk_usage_bytes
demo_disk_usage_bytes / on(instance) group_right() demo_memory_usage_bytes
demo_cpu_usage_seconds_total / on(instance) group_left demo_num_cpus
demo_num_cpus * NaN
demo_num_cpus * Inf
0 * demo_num_cpus / 0
-demo_memory_usage_bytes
+demo_memory_usage_bytes
-(1 * 2)
{overTime}_over_time(demo_memory_usage_bytes[{range}])
{overTime}_over_time(demo_intermittent_metric[{range}])
quantile_over_time({quantile}, demo_memory_usage_bytes[{range}])
timestamp(demo_num_cpus)
timestamp(timestamp(demo_num_cpus))
{math}(demo_memory_usage_bytes)
{math}(-demo_memory_usage_bytes)
{rate}(demo_cpu_usage_seconds_total[{range}])
{rate}(nonexistent_metric[5m])
deriv(demo_disk_usage_bytes[{range}])
predict_linear(demo_disk_usage_bytes[{range}], 600)
time()
label_replace(demo_num_cpus, "job", "destination-value-$1", "instance", "demo.example.com:(.*)")
label_replace(demo_num_cpus, "job", "destination-value-$1", "instance", "host:(.*)")
label_replace(demo_num_cpus, "job", "$1-$2", "instance", "example.com(.*)")
label_replace(demo_num_cpus, "job", "value-$1", "nonexistent-src", "source-value-(.*)")
label_replace(demo_num_cpus, "job", "value-$1", "nonexistent-src", "(.*)")
label_replace(demo_num_cpus, "job", "value-$1", "instance", "non-matching-regex")
label_replace(demo_num_cpus, "job", "", "dst", ".*")
label_replace(demo_num_cpus, "job", "value-$1", "src", "(.*")
label_replace(demo_num_cpus, "instance", "", "", "")
label_join(demo_num_cpus, "new_label", "-", "instance", "job")
label_join(demo_num_cpus, "job", "-", "instance", "job")
label_join(demo_num_cpus, "job", "-", "instance")
{date}()
{date}(demo_batch_last_success_timestamp_seconds offset 1m)
{date}(demo_batch_last_success_timestamp_seconds offset {offset})
{instantRate}(demo_cpu_usage_seconds_total[{range}])
{clamp}(demo_memory_usage_bytes, 2)
clamp(demo_memory_usage_bytes, 0, 1)
clamp(demo_memory_usage_bytes, 0, 1000000000000)
clamp(demo_memory_usage_bytes, 1000000000000, 0)
clamp(demo_memory_usage_bytes, 1000000000000, 1000000000000)
resets(demo_cpu_usage_seconds_total[{range}])
changes(demo_batch_last_success_timestamp_seconds[{range}])
vector(1.23)
vector(time())
scalar(demo_num_cpus{instance="demo.example.com:10000"})
scalar(demo_num_cpus)
histogram_quantile({quantile}, rate(demo_api_request_duration_seconds_bucket[1m]))
histogram_quantile({quantile}, sum by(le, path) (rate(demo_api_request_duration_seconds_bucket[5m])))
histogram_quantile(0.9, nonexistent_metric)
histogram_quantile(0.9, demo_memory_usage_bytes)
histogram_quantile(0.9, {__name__=~"demo_api_request_duration_seconds_.+"})
sgn(demo_memory_usage_bytes - 3000000000)
sort(demo_num_cpus)
absent(demo_memory_usage_bytes)
absent(nonexistent_metric_name{a="b", c!="d"})
absent_over_time(demo_intermittent_metric[{range}])
max_over_time((time() - max(demo_batch_last_success_timestamp_seconds) < 1000)[5m:10s] offset 5m)
avg_over_time(rate(demo_cpu_usage_seconds_total[1m])[2m:10s])
sum_over_time(count(demo_intermittent_metric)[15m:1m])
{smoothing}(demo_disk_usage_bytes[10m], {factor}, {factor2})
`
  .trim()
  .split("\n");

/** All queries for a version that calls double exponential smoothing by this name. */
export function complianceQueries(smoothing: string): readonly string[] {
  const variants = { ...VARIANTS, smoothing: [smoothing], factor2: VARIANTS["factor"] ?? [] };
  return TEMPLATES.flatMap((template) => expanded(template, variants));
}

function expanded(
  template: string,
  variants: Readonly<Record<string, readonly string[]>>,
): readonly string[] {
  const name = Object.keys(variants).find((one) => template.includes(`{${one}}`));
  if (name === undefined) return [template];
  const texts = variants[name] ?? [];
  return texts.flatMap((text) => expanded(template.replaceAll(`{${name}}`, text), variants));
}
