/**
 * A validated scrape configuration: what a Prometheus `scrape_configs` section means once global
 * defaults are filled in, file names are absolute and every value is known to be allowed. It is
 * plain data (it crosses a thread boundary by structured clone); expressions are still text and are
 * compiled where they run. The keys in
 * Prometheus' own syntax are declared in the configuration.
 */
export interface ScrapeConfig {
  /** Job names are unique. */
  readonly jobs: readonly ScrapeJobConfig[];
}

/** The exposition formats that a scrape may ask for, named as Prometheus names them. */
export type ScrapeProtocol =
  | "OpenMetricsText1.0.0"
  | "OpenMetricsText0.0.1"
  | "PrometheusText1.0.0"
  | "PrometheusText0.0.4";

/** How names outside the classic character set are asked for; `escaping=` in `Accept`. */
export type NameEscaping = "allow-utf-8" | "underscores" | "dots" | "values";

/** One entry of `scrape_configs`. */
export interface ScrapeJobConfig {
  readonly jobName: string;
  /** Above 0. */
  readonly scrapeIntervalMs: number;
  /** Above 0, at most the interval. */
  readonly scrapeTimeoutMs: number;
  /** In order of preference, at least one, none twice. */
  readonly scrapeProtocols: readonly ScrapeProtocol[];
  /** Taken where the answer's Content-Type is missing or unknown; null: such a scrape fails. */
  readonly fallbackScrapeProtocol: ScrapeProtocol | null;
  readonly metricsPath: string;
  readonly scheme: "http" | "https";
  readonly params: Readonly<Record<string, readonly string[]>>;
  readonly honorLabels: boolean;
  readonly honorTimestamps: boolean;
  readonly trackTimestampsStaleness: boolean;
  /** Whether to offer gzip. */
  readonly enableCompression: boolean;
  /** `legacy`: a scrape with a name outside [a-zA-Z_:][a-zA-Z0-9_:]* fails. */
  readonly metricNameValidation: "utf8" | "legacy";
  readonly metricNameEscaping: NameEscaping;
  readonly http: HttpClientConfig;
  readonly staticConfigs: readonly TargetGroup[];
  readonly fileSdConfigs: readonly FileSdConfig[];
  readonly httpSdConfigs: readonly HttpSdConfig[];
  readonly relabelRules: readonly RelabelRule[];
  readonly metricRelabelRules: readonly RelabelRule[];
  readonly limits: ScrapeLimits;
  /** Store `scrape_timeout_seconds`, `scrape_sample_limit`, `scrape_body_size_bytes` too. */
  readonly extraScrapeMetrics: boolean;
}

/** Prometheus' own limits of a job; 0 means that the job sets none. */
export interface ScrapeLimits {
  /** Counted after decompression. */
  readonly bodyBytesMax: number;
  /** Samples after metric relabeling. */
  readonly samplesMax: number;
  readonly labelsMax: number;
  /** In UTF-8 bytes. */
  readonly labelNameBytesMax: number;
  /** In UTF-8 bytes. */
  readonly labelValueBytesMax: number;
  /** Above it every target of the job fails, unscraped. */
  readonly targetsMax: number;
  /** How many dropped targets stay visible; 0: all of them. */
  readonly droppedTargetsKept: number;
}

/** Targets that share labels: `static_configs`, and what service discovery finds. */
export interface TargetGroup {
  /** `host:port` or `host`, as written. */
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

export interface FileSdConfig {
  /** Absolute; the last part may hold `*`. Ends in .json, .yml or .yaml. */
  readonly files: readonly string[];
  /** Files are also read again when they change. */
  readonly refreshIntervalMs: number;
}

export interface HttpSdConfig {
  /** http or https. */
  readonly url: string;
  readonly refreshIntervalMs: number;
  readonly http: HttpClientConfig;
}

/** Text given in the configuration or kept in a file, which is read anew for every use and trimmed. */
export type TextSource =
  | { readonly kind: "inline"; readonly value: string }
  | { readonly kind: "file"; readonly path: string };

/** `<http_config>`. */
export interface HttpClientConfig {
  readonly authentication: HttpAuthentication | null;
  readonly followRedirects: boolean;
  /** Offer HTTP/2 by ALPN on https. */
  readonly enableHttp2: boolean;
  readonly tls: TlsClientConfig;
  readonly proxy: ProxyConfig;
  readonly headers: readonly HttpHeaderConfig[];
}

/** `basic_auth`, `authorization` (also the older `bearer_token…`) or `oauth2`: one of them. */
export type HttpAuthentication =
  | {
      readonly kind: "basic";
      /** Null: empty. */
      readonly username: TextSource | null;
      readonly password: TextSource | null;
    }
  | {
      readonly kind: "authorization";
      /** `Bearer` unless given; never `Basic`. */
      readonly type: string;
      readonly credentials: TextSource | null;
    }
  | OAuth2ClientConfig;

/** The client credentials grant (RFC 6749 §4.4). */
export interface OAuth2ClientConfig {
  readonly kind: "oauth2";
  readonly clientId: string;
  readonly clientSecret: TextSource | null;
  readonly scopes: readonly string[];
  readonly tokenUrl: string;
  readonly endpointParams: Readonly<Record<string, string>>;
  readonly tls: TlsClientConfig;
  readonly proxy: ProxyConfig;
}

export type TlsVersion = "TLSv1" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3";

/** `<tls_config>`; PEM. `cert` and `key` come together. Null everywhere: the runtime's defaults. */
export interface TlsClientConfig {
  readonly ca: TextSource | null;
  readonly cert: TextSource | null;
  readonly key: TextSource | null;
  readonly serverName: string | null;
  readonly insecureSkipVerify: boolean;
  readonly minVersion: TlsVersion | null;
  readonly maxVersion: TlsVersion | null;
}

/** How a proxy is found. */
export type ProxyConfig =
  | { readonly kind: "none" }
  | {
      readonly kind: "url";
      /** http or https; may carry credentials. */
      readonly url: string;
      /** As in NO_PROXY: addresses, CIDR blocks, domains, each with or without a port; `*` for all. */
      readonly noProxy: string;
      readonly connectHeaders: Readonly<Record<string, readonly string[]>>;
    }
  | {
      /** HTTP_PROXY, HTTPS_PROXY, NO_PROXY and their lower-case forms. */
      readonly kind: "environment";
      readonly connectHeaders: Readonly<Record<string, readonly string[]>>;
    };

/** One entry of `http_headers`: sent once for each value. */
export interface HttpHeaderConfig {
  readonly name: string;
  readonly values: readonly TextSource[];
}

export type RelabelAction =
  | "replace"
  | "lowercase"
  | "uppercase"
  | "keep"
  | "drop"
  | "keepequal"
  | "dropequal"
  | "hashmod"
  | "labelmap"
  | "labeldrop"
  | "labelkeep";

/** `<relabel_config>`. */
export interface RelabelRule {
  readonly action: RelabelAction;
  readonly sourceLabels: readonly string[];
  /** `;` unless given. */
  readonly separator: string;
  /** RE2, matched against the whole text; `(.*)` unless given. */
  readonly regex: string;
  /** For hashmod: above 0. Otherwise 0. */
  readonly modulus: number;
  /** "" where the action needs none. */
  readonly targetLabel: string;
  /** `$1` unless given. */
  readonly replacement: string;
}

/** No proxy, no client certificate, the runtime's trust store. */
export const PLAIN_TLS: TlsClientConfig = {
  ca: null,
  cert: null,
  key: null,
  serverName: null,
  insecureSkipVerify: false,
  minVersion: null,
  maxVersion: null,
};

/** What `<http_config>` means where nothing is given. */
export const PLAIN_HTTP_CLIENT: HttpClientConfig = {
  authentication: null,
  followRedirects: true,
  enableHttp2: true,
  tls: PLAIN_TLS,
  proxy: { kind: "none" },
  headers: [],
};
