import type { AccessDeclarations, RequestLimits } from "#access";
import type { ScrapeConfig } from "#sources";
import type { RootValues } from "./keys.ts";
import { type ControlConfig, toControlConfig } from "./sections/control.ts";
import { type GatewaySection, toGatewaySection } from "./sections/gateway.ts";
import { toRequestLimits } from "./sections/limits.ts";
import { type LogConfig, toLogConfig } from "./sections/log.ts";
import {
  type MetricsEndpointConfig,
  toMetricsEndpointConfig,
} from "./sections/metrics-endpoint.ts";
import { type OAuthConfig, toOAuthConfig } from "./sections/oauth.ts";
import { type OwnMetricsConfig, toOwnMetricsConfig } from "./sections/own-metrics.ts";
import { type QueryConfig, toQueryConfig } from "./sections/query.ts";
import { type JobValues, toJob } from "./sections/scrape/job.ts";
import { type ServerConfig, toServerConfig } from "./sections/server.ts";
import { type StorageConfig, toStorageConfig } from "./sections/storage.ts";
import { toClient, toTenants } from "./sections/tenants.ts";

/**
 * A whole, valid configuration: defaults filled in, paths absolute, units in the names. It holds
 * secrets as plain text where parts need them so (`access`, `scrape`): never print it.
 */
export interface GaugewayConfig {
  readonly server: ServerConfig;
  /** Null: the process shows its own metrics nowhere. */
  readonly ownMetrics: OwnMetricsConfig | null;
  /** Null: a running server cannot be reached by the command line. */
  readonly control: ControlConfig | null;
  readonly storage: StorageConfig;
  readonly metricsEndpoint: MetricsEndpointConfig;
  readonly query: QueryConfig;
  readonly limits: RequestLimits;
  readonly log: LogConfig;
  /** Null: there is no gateway. */
  readonly gateway: GatewaySection | null;
  readonly access: AccessDeclarations;
  readonly oauth: OAuthConfig;
  readonly scrape: ScrapeConfig;
}

/** `fileJobs` are those of scrape_config_files; their names differ from all others. */
export function toGaugewayConfig(
  values: RootValues,
  fileJobs: readonly JobValues[],
): GaugewayConfig {
  const jobs = [...values.scrape_configs, ...fileJobs];
  return {
    server: toServerConfig(values.server),
    ownMetrics: toOwnMetricsConfig(values.own_metrics),
    control: toControlConfig(values.control, values.storage.path),
    storage: toStorageConfig(values.storage),
    metricsEndpoint: toMetricsEndpointConfig(values.metrics_endpoint),
    query: toQueryConfig(values.query),
    limits: toRequestLimits(values.limits),
    log: toLogConfig(values.log),
    gateway: values.gateway === null ? null : toGatewaySection(values.gateway),
    access: {
      tenants: toTenants(values.tenants),
      operatorClients: values.operator.clients.map(toClient),
    },
    oauth: toOAuthConfig(values.oauth),
    scrape: { jobs: jobs.map((job) => toJob(job, values.global)) },
  };
}
