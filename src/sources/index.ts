export {
  type FileSdConfig,
  type HttpAuthentication,
  type HttpClientConfig,
  type HttpHeaderConfig,
  type HttpSdConfig,
  type NameEscaping,
  PLAIN_HTTP_CLIENT,
  PLAIN_TLS,
  type ProxyConfig,
  type RelabelRule,
  type ScrapeConfig,
  type ScrapeJobConfig,
  type ScrapeLimits,
  type ScrapeProtocol,
  type TargetGroup,
  type TextSource,
  type TlsClientConfig,
  type TlsVersion,
} from "./scrape/scrape-config.ts";
export {
  AUTHORIZATION_KEYS,
  BASIC_AUTH_KEYS,
  FILE_SD_KEYS,
  HTTP_CLIENT_KEYS,
  HTTP_HEADER_KEYS,
  HTTP_SD_KEYS,
  OAUTH2_KEYS,
  RELABEL_KEYS,
  SCRAPE_GLOBAL_KEYS,
  SCRAPE_JOB_KEYS,
  type ScrapeKey,
  STATIC_CONFIG_KEYS,
  TLS_KEYS,
} from "./scrape/scrape-keys.ts";
export {
  createScrapeManager,
  type ScrapeManager,
  type ScrapeManagerDeps,
  type ScrapeManagerOptions,
} from "./scrape/run/scrape-manager.ts";
export type { ScrapeObserver } from "./scrape/run/scrape-observer.ts";
export type { ActiveTargetStatus, TargetsSnapshot } from "./scrape/run/targets-snapshot.ts";
