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
  createScrapeManager,
  type ScrapeManager,
  type ScrapeManagerDeps,
  type ScrapeManagerOptions,
} from "./scrape/run/scrape-manager.ts";
export type { ScrapeObserver } from "./scrape/run/scrape-observer.ts";
export type { ActiveTargetStatus, TargetsSnapshot } from "./scrape/run/targets-snapshot.ts";
