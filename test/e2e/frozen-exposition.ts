/**
 * What a small exporter shows, frozen so that everybody who reads it gets the same numbers: every
 * type, special values, labels that need escapes, and labels that a scraper would set itself.
 */
export const FROZEN_EXPOSITION = `# HELP http_requests_total Requests by "customer".
# TYPE http_requests_total counter
http_requests_total{customer="acme",code="200"} 1027
http_requests_total{customer="acme",code="500"} 3
http_requests_total{customer="globex",code="200"} 99
# HELP queue_length Messages that wait.
# TYPE queue_length gauge
queue_length{customer="acme",queue="a\\"b\\\\c\\nd"} -0.5
queue_length{customer="globex",queue="ü"} 7
# TYPE latency_seconds histogram
latency_seconds_bucket{customer="acme",le="0.1"} 8
latency_seconds_bucket{customer="acme",le="1"} 10
latency_seconds_bucket{customer="acme",le="+Inf"} 11
latency_seconds_sum{customer="acme"} 3.5
latency_seconds_count{customer="acme"} 11
# TYPE size_bytes summary
size_bytes{customer="acme",quantile="0.5"} 128
size_bytes{customer="acme",quantile="0.99"} 4096.25
size_bytes_sum{customer="acme"} 1e+09
size_bytes_count{customer="acme"} 12345
# TYPE odd gauge
odd{customer="acme",v="nan"} NaN
odd{customer="acme",v="inf"} +Inf
odd{customer="acme",v="tiny"} 4.9e-324
odd{customer="acme",v="big"} 1.7976931348623157e+308
odd{customer="acme",exported_job="theirs"} 2
no_type_told{customer="acme"} 5
`;

/** Its series of the customer acme, and of globex. */
export const FROZEN_SERIES = { acme: 18, globex: 2 } as const;
