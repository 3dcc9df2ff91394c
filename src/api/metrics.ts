import type { Counter, Family, Histogram, MetricRow, Registry } from "#telemetry";

/** What the API counts beside the kernel's numbers. */
export const apiMetrics = {
  authenticationFailures: {
    name: "gaugeway_authentication_failures",
    type: "counter",
    help: "Requests that did not prove who they are from, by surface and reason.",
    labels: ["surface", "reason"],
  },
  scopeFailures: {
    name: "gaugeway_authorization_failures",
    type: "counter",
    help: "Requests of known clients that lack the scope, by surface.",
    labels: ["surface", "scope"],
  },
  tokenRequests: {
    name: "gaugeway_oauth_token_requests",
    type: "counter",
    help: "Requests for access tokens by outcome: ok or the code of the refusal.",
    labels: ["outcome"],
  },
  tenantScrapes: {
    name: "gaugeway_tenant_scrapes",
    type: "counter",
    help: "Scrapes of /metrics/v1 by tenant and outcome: ok or the code of the refusal.",
    labels: ["tenant", "outcome"],
    openLabels: ["tenant"],
  },
  tenantScrapeBytes: {
    name: "gaugeway_tenant_scrape_bytes",
    type: "counter",
    help: "Body bytes of scrapes of /metrics/v1 by tenant, compressed as they were sent.",
    unit: "bytes",
    labels: ["tenant"],
    openLabels: ["tenant"],
  },
  scrapeSeries: {
    name: "gaugeway_scrape_series",
    type: "histogram",
    help: "Series of one scrape of /metrics/v1.",
    bounds: [0, 10, 100, 1_000, 10_000, 100_000, 1_000_000],
  },
  scrapeFormats: {
    name: "gaugeway_scrape_formats",
    type: "counter",
    help: "Scrapes of /metrics/v1 by the format and the encoding that were agreed.",
    labels: ["format", "encoding"],
  },
} as const satisfies Record<string, MetricRow>;

export interface ApiTelemetry {
  readonly authenticationFailures: Family<Counter>;
  readonly scopeFailures: Family<Counter>;
  readonly tokenRequests: Family<Counter>;
  readonly tenantScrapes: Family<Counter>;
  readonly tenantScrapeBytes: Family<Counter>;
  readonly scrapeSeries: Histogram;
  readonly scrapeFormats: Family<Counter>;
}

export function createApiTelemetry(registry: Registry): ApiTelemetry {
  return {
    authenticationFailures: registry.counter(apiMetrics.authenticationFailures),
    scopeFailures: registry.counter(apiMetrics.scopeFailures),
    tokenRequests: registry.counter(apiMetrics.tokenRequests),
    tenantScrapes: registry.counter(apiMetrics.tenantScrapes),
    tenantScrapeBytes: registry.counter(apiMetrics.tenantScrapeBytes),
    scrapeSeries: registry.histogram(apiMetrics.scrapeSeries).with(),
    scrapeFormats: registry.counter(apiMetrics.scrapeFormats),
  };
}
