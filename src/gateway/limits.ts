/** The largest configuration file of a gateway. */
export const CONFIG_FILE_BYTES_MAX = 16 * 1024 * 1024;
/** Endpoints of one configuration. */
export const ENDPOINTS_MAX = 10_000;
/** Redirects of a backend that are followed for one call. */
export const REDIRECTS_MAX = 10;
/** Bytes of a backend's answer that wait for whoever takes them before the backend has to wait. */
export const BODY_WAITING_BYTES_MAX = 64 * 1024;
/** Connections to one host of backends; further calls wait for one, within the endpoint's timeout. */
export const CONNECTIONS_PER_HOST_MAX = 1024;
/** Header bytes of a backend's answer. */
export const ANSWER_HEADER_BYTES_MAX = 64 * 1024;

/** What an operator may set in the section `gateway` of gaugeway.yaml. */
export interface GatewayLimits {
  /** A request's body; above it 413. */
  readonly requestBodyBytesMax: number;
  /** A backend's body that is decoded; above it the call fails. Bodies passed on have no limit. */
  readonly answerBodyBytesMax: number;
  /** Request line and headers together; above it 431. */
  readonly headerBytesMax: number;
  /** Open connections; further ones are closed at once. */
  readonly connectionsMax: number;
  /** Requests being answered; further ones get 503. */
  readonly requestsInFlightMax: number;
  /** How long a client may take nothing of an answer that waits for it. */
  readonly stallTimeoutMs: number;
}
/** Elements inside elements of an XML answer. */
export const XML_DEPTH_MAX = 256;
/** Clients of one endpoint whose rate is remembered at once. */
export const RATE_LIMITED_CLIENTS_MAX = 100_000;
/** A set of keys of `auth/validator`. */
export const JWK_BYTES_MAX = 1024 * 1024;
/** How long fetching a set of keys may take. */
export const JWK_TIMEOUT_MS = 10_000;
/** How soon a set of keys is read again for tokens whose key is not in it. */
export const JWK_REFRESH_MIN_MS = 10_000;
/** How long keys stay in force past their time while their source does not answer. */
export const JWK_STALE_MAX_MS = 3_600_000;
/** What of a body the echo endpoint shows. */
export const ECHO_BODY_BYTES_MAX = 1024 * 1024;
/** How long a client may take to send a whole request where the file has no `read_timeout`. */
export const REQUEST_TIMEOUT_DEFAULT_MS = 300_000;

export const defaultGatewayLimits: GatewayLimits = {
  requestBodyBytesMax: 64 * 1024 * 1024,
  answerBodyBytesMax: 64 * 1024 * 1024,
  headerBytesMax: 32 * 1024,
  connectionsMax: 20_000,
  requestsInFlightMax: 10_000,
  stallTimeoutMs: 30_000,
};
