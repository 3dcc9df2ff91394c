export type { ApiRequest } from "./api-request.ts";
export { type ApiResponse, jsonResponse, type ResponseBody, textResponse } from "./api-response.ts";
export type { TlsReloadOutcome } from "./certificate-keeper.ts";
export { createHttpServer, type HttpServer, type HttpServerOptions } from "./create-http-server.ts";
export { errorResponse } from "./error-response.ts";
export { HttpRefusal, ListenError } from "./errors.ts";
export { defaultHttpLimits, type HttpLimits } from "./limits.ts";
export {
  defaultTlsOptions,
  formatListen,
  type ListenOptions,
  type TlsOptions,
} from "./listen-options.ts";
export { createHttpTelemetry, httpMetrics, type HttpTelemetry } from "./metrics.ts";
export type { HttpMethod, Route, RouteAccess, RouteLimits } from "./route.ts";
export type { ErrorShape, Surface, SurfacePrefix } from "./surface.ts";
