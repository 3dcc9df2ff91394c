/**
 * Every key of Prometheus 3.5's scrape configuration and what becomes of it here: taken, or refused
 * by name with the way out. Configuration checks itself against these rows and the reference page is
 * made from them, so that an existing prometheus.yml either works or says exactly why not.
 */
export interface ScrapeKey {
  readonly key: string;
  readonly type: ScrapeKeyType;
  /** As one would write it in YAML; null where there is none and the key may be left out. */
  readonly defaultText: string | null;
  readonly doc: string;
  /** Null: supported. Otherwise the sentence that refuses it. */
  readonly refusal: string | null;
}

export type ScrapeKeyType =
  | "boolean"
  | "integer"
  /** 512, 10KB, 1MiB. */
  | "bytes"
  /** 30s, 1m30s. */
  | "duration"
  | "string"
  | "secret"
  | "file"
  | "url"
  | "strings"
  | "protocol"
  | "protocols"
  | "string map"
  | "strings map"
  | "section"
  | "section list";

function row(key: string, type: ScrapeKeyType, defaultText: string | null, doc: string): ScrapeKey {
  return { key, type, defaultText, doc, refusal: null };
}

function refused(key: string, type: ScrapeKeyType, refusal: string): ScrapeKey {
  return { key, type, defaultText: null, doc: "", refusal };
}

const HISTOGRAMS =
  "native histograms are not scraped: targets are asked for text, where histograms are classic; remove the key";
const PROTO =
  "PrometheusProto is not supported: list text protocols (OpenMetricsText1.0.0, OpenMetricsText0.0.1, PrometheusText1.0.0, PrometheusText0.0.4)";

const LIMIT_KEYS: readonly ScrapeKey[] = [
  row(
    "body_size_limit",
    "bytes",
    "0",
    "A larger body, after decompression, fails the scrape; 0: none of the job's own.",
  ),
  row(
    "sample_limit",
    "integer",
    "0",
    "More samples after metric relabeling fail the scrape; 0: none.",
  ),
  row("label_limit", "integer", "0", "A sample with more labels fails the scrape; 0: none."),
  row(
    "label_name_length_limit",
    "integer",
    "0",
    "A longer label name (UTF-8 bytes) fails the scrape; 0: none.",
  ),
  row(
    "label_value_length_limit",
    "integer",
    "0",
    "A longer label value (UTF-8 bytes) fails the scrape; 0: none.",
  ),
  row(
    "target_limit",
    "integer",
    "0",
    "With more targets, all targets of the job fail without being scraped; 0: none.",
  ),
  row(
    "keep_dropped_targets",
    "integer",
    "0",
    "How many dropped targets stay visible per job; 0: all.",
  ),
];

const FORMAT_KEYS: readonly ScrapeKey[] = [
  row(
    "scrape_protocols",
    "protocols",
    "[OpenMetricsText1.0.0, OpenMetricsText0.0.1, PrometheusText1.0.0, PrometheusText0.0.4]",
    `The formats to ask for, best first. ${PROTO}.`,
  ),
  row(
    "metric_name_validation_scheme",
    "string",
    "utf8",
    "utf8: any name; legacy: other names than [a-zA-Z_:][a-zA-Z0-9_:]* fail the scrape.",
  ),
  row(
    "metric_name_escaping_scheme",
    "string",
    null,
    "How targets are asked to escape names: allow-utf-8 (default with utf8), underscores (default with legacy), dots, values.",
  ),
  row(
    "extra_scrape_metrics",
    "boolean",
    "false",
    "Also store scrape_timeout_seconds, scrape_sample_limit and scrape_body_size_bytes.",
  ),
  refused(
    "scrape_failure_log_file",
    "file",
    "failures go to the server's log and to /api/v1/targets; remove the key",
  ),
  refused("scrape_native_histograms", "boolean", HISTOGRAMS),
  refused("convert_classic_histograms_to_nhcb", "boolean", HISTOGRAMS),
  refused("always_scrape_classic_histograms", "boolean", HISTOGRAMS),
];

/** Keys of `global` that concern scraping; each is the default of the job's key of that name. */
export const SCRAPE_GLOBAL_KEYS: readonly ScrapeKey[] = [
  row("scrape_interval", "duration", "1m", "How often targets are scraped."),
  row(
    "scrape_timeout",
    "duration",
    "10s",
    "How long one scrape may take, body included; at most the interval.",
  ),
  ...FORMAT_KEYS,
  ...LIMIT_KEYS,
];

/** `<tls_config>`. */
export const TLS_KEYS: readonly ScrapeKey[] = [
  row("ca", "string", null, "PEM of the authorities to trust in place of the runtime's."),
  row("ca_file", "file", null, "The same from a file, read anew when it changes."),
  row("cert", "string", null, "PEM of the client certificate."),
  row("cert_file", "file", null, "The same from a file."),
  row("key", "secret", null, "PEM of the client key."),
  row("key_file", "file", null, "The same from a file."),
  row("server_name", "string", null, "The name to ask for (SNI) and to expect in the certificate."),
  row("insecure_skip_verify", "boolean", "false", "Take any certificate."),
  row("min_version", "string", "TLS12", "TLS10, TLS11, TLS12 or TLS13."),
  row("max_version", "string", "TLS13", "TLS10, TLS11, TLS12 or TLS13."),
];

const PROXY_KEYS: readonly ScrapeKey[] = [
  row("proxy_url", "url", null, "http or https proxy; https targets go through CONNECT."),
  row(
    "no_proxy",
    "string",
    "",
    "Comma-separated addresses, CIDR blocks and domains that are reached directly.",
  ),
  row("proxy_from_environment", "boolean", "false", "Take HTTP_PROXY, HTTPS_PROXY and NO_PROXY."),
  row("proxy_connect_header", "strings map", null, "Headers of the CONNECT request."),
];

/** `<http_config>`, which stands among the keys of a job and of `http_sd_configs`. */
export const HTTP_CLIENT_KEYS: readonly ScrapeKey[] = [
  row("basic_auth", "section", null, "User name and password, sent as they are."),
  row("authorization", "section", null, "The Authorization header: type and credentials."),
  row(
    "oauth2",
    "section",
    null,
    "A token by the client credentials grant, kept until 10 s before it expires.",
  ),
  row("bearer_token", "secret", null, "Older form of authorization.credentials."),
  row("bearer_token_file", "file", null, "Older form of authorization.credentials_file."),
  row(
    "follow_redirects",
    "boolean",
    "true",
    "Follow up to 10 redirects; credentials stay with their host.",
  ),
  row("enable_http2", "boolean", "true", "Offer HTTP/2 on https."),
  row("tls_config", "section", null, "Certificates and TLS versions."),
  row(
    "http_headers",
    "section",
    null,
    "Further headers; those that the scraper sets itself are refused.",
  ),
  ...PROXY_KEYS,
];

/** `<basic_auth>`. */
export const BASIC_AUTH_KEYS: readonly ScrapeKey[] = [
  row("username", "string", null, "The user name."),
  row("username_file", "file", null, "The same from a file, read for every request."),
  row("password", "secret", null, "The password."),
  row("password_file", "file", null, "The same from a file, read for every request."),
];

/** `<authorization>`. */
export const AUTHORIZATION_KEYS: readonly ScrapeKey[] = [
  row("type", "string", "Bearer", "The scheme; Basic has its own section."),
  row("credentials", "secret", null, "What follows the scheme."),
  row("credentials_file", "file", null, "The same from a file, read for every request."),
];

const JWT_BEARER =
  "only the client credentials grant is supported; use client_id with client_secret";

/** `<oauth2>`. */
export const OAUTH2_KEYS: readonly ScrapeKey[] = [
  row("client_id", "string", null, "The client's id."),
  row("client_secret", "secret", null, "The client's secret."),
  row("client_secret_file", "file", null, "The same from a file; a change fetches a new token."),
  row("scopes", "strings", "[]", "The scopes to ask for."),
  row("token_url", "url", null, "The token endpoint."),
  row("endpoint_params", "string map", null, "Further form fields of the token request."),
  row("tls_config", "section", null, "TLS of the token request."),
  ...PROXY_KEYS,
  refused("grant_type", "string", JWT_BEARER),
  refused("client_certificate_key", "secret", JWT_BEARER),
  refused("client_certificate_key_file", "file", JWT_BEARER),
  refused("client_certificate_key_id", "string", JWT_BEARER),
  refused("signature_algorithm", "string", JWT_BEARER),
  refused("iss", "string", JWT_BEARER),
  refused("audience", "string", JWT_BEARER),
  refused("claims", "string map", JWT_BEARER),
];

/** One header of `http_headers`. */
export const HTTP_HEADER_KEYS: readonly ScrapeKey[] = [
  row("values", "strings", "[]", "Values, one header line each."),
  row("secrets", "strings", "[]", "Values that are never shown."),
  row("files", "strings", "[]", "Files that hold a value, read for every request."),
];

/** `<static_config>`, also what file and HTTP service discovery deliver. */
export const STATIC_CONFIG_KEYS: readonly ScrapeKey[] = [
  row("targets", "strings", "[]", "host:port of each target."),
  row("labels", "string map", null, "Labels of all samples of these targets."),
];

/** `<file_sd_config>`. */
export const FILE_SD_KEYS: readonly ScrapeKey[] = [
  row(
    "files",
    "strings",
    null,
    "Files of target groups: .json, .yml or .yaml; the last part may hold *.",
  ),
  row(
    "refresh_interval",
    "duration",
    "5m",
    "Files are read again after this time, and when they change.",
  ),
];

/** `<http_sd_config>`; the keys of `<http_config>` come beside these. */
export const HTTP_SD_KEYS: readonly ScrapeKey[] = [
  row("url", "url", null, "Answers with a JSON list of target groups."),
  row("refresh_interval", "duration", "1m", "How often it is asked."),
];

/** `<relabel_config>`. */
export const RELABEL_KEYS: readonly ScrapeKey[] = [
  row("source_labels", "strings", "[]", "Labels whose values are joined and matched."),
  row("separator", "string", ";", "Stands between the joined values."),
  row("target_label", "string", null, "The label that is written."),
  row("regex", "string", "(.*)", "RE2, matched against the whole text."),
  row("modulus", "integer", null, "For hashmod."),
  row("replacement", "string", "$1", "What is written; $1, ${name} stand for groups."),
  row(
    "action",
    "string",
    "replace",
    "replace, lowercase, uppercase, keep, drop, keepequal, dropequal, hashmod, labelmap, labeldrop or labelkeep.",
  ),
];

const UNSUPPORTED_DISCOVERY = [
  "azure",
  "consul",
  "digitalocean",
  "dns",
  "docker",
  "dockerswarm",
  "ec2",
  "eureka",
  "gce",
  "hetzner",
  "ionos",
  "kubernetes",
  "kuma",
  "lightsail",
  "linode",
  "marathon",
  "nerve",
  "nomad",
  "openstack",
  "ovhcloud",
  "puppetdb",
  "scaleway",
  "serverset",
  "stackit",
  "triton",
  "uyuni",
  "vultr",
] as const;

/** One entry of `scrape_configs`; the keys of `<http_config>` come beside these. */
export const SCRAPE_JOB_KEYS: readonly ScrapeKey[] = [
  row("job_name", "string", null, "The value of the job label; unique."),
  row(
    "scrape_interval",
    "duration",
    null,
    "How often targets are scraped; global.scrape_interval unless given.",
  ),
  row(
    "scrape_timeout",
    "duration",
    null,
    "How long one scrape may take; global.scrape_timeout unless given.",
  ),
  row(
    "fallback_scrape_protocol",
    "protocol",
    null,
    "The format to assume where Content-Type is missing or unknown; without it such a scrape fails.",
  ),
  row("metrics_path", "string", "/metrics", "The path on the target."),
  row("scheme", "string", "http", "http or https."),
  row("params", "strings map", null, "URL parameters."),
  row(
    "honor_labels",
    "boolean",
    "false",
    "true: the target's labels win; false: the target's are kept as exported_….",
  ),
  row("honor_timestamps", "boolean", "true", "Use the timestamps that the target gives."),
  row(
    "track_timestamps_staleness",
    "boolean",
    "false",
    "Mark series with timestamps of their own as stale when they vanish.",
  ),
  row("enable_compression", "boolean", "true", "Ask for gzip."),
  ...FORMAT_KEYS,
  ...LIMIT_KEYS,
  row("static_configs", "section list", null, "Targets listed here."),
  row("file_sd_configs", "section list", null, "Targets listed in files."),
  row("http_sd_configs", "section list", null, "Targets listed by an HTTP service."),
  row("relabel_configs", "section list", null, "Rules that shape or drop targets."),
  row("metric_relabel_configs", "section list", null, "Rules that shape or drop scraped series."),
  refused("native_histogram_bucket_limit", "integer", HISTOGRAMS),
  refused("native_histogram_min_bucket_factor", "string", HISTOGRAMS),
  ...UNSUPPORTED_DISCOVERY.map((name) =>
    refused(
      `${name}_sd_configs`,
      "section list",
      `${name} service discovery is not supported; use http_sd_configs or file_sd_configs with a small adapter`,
    ),
  ),
];
