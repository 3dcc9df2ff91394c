import type { Fields } from "../fields.ts";

/** Root namespace `router`: how requests find their endpoint, and what others get. */
export interface RouterOptions {
  readonly redirectsTrailingSlash: boolean;
  readonly redirectsFixedPath: boolean;
  readonly removesExtraSlash: boolean;
  readonly answersOptions: boolean;
  readonly answersWrongMethod: boolean;
  readonly checksEncodedPath: boolean;
  /** Null: no health endpoint. */
  readonly healthPath: string | null;
  readonly hidesVersion: boolean;
  /** Whether the text of an error goes to the client. */
  readonly returnsErrorText: boolean;
  /** JSON bodies in place of the plain text of 404 and 405. */
  readonly errorBodies: { readonly notFound: string | null; readonly wrongMethod: string | null };
  /** Networks whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  readonly logsRequests: boolean;
  /** Paths whose requests are not logged. */
  readonly quietPaths: readonly string[];
  /** Largest body of a request; null: the gateway's own limit. */
  readonly bodyBytesMax: number | null;
}

const HEALTH_PATH = "/__health";
const UNSUPPORTED = [
  "app_engine",
  "disable_gzip",
  "remote_ip_headers",
  "max_multipart_memory",
  "use_h2c",
];

export function readRouterOptions(fields: Fields): RouterOptions {
  const isHealthy = !fields.boolean("disable_health", false);
  const healthPath = fields.string("health_path", HEALTH_PATH);
  const trustedProxies = fields.strings("trusted_proxies", []);
  const believesForwarded = fields.boolean("forwarded_by_client_ip", trustedProxies.length > 0);
  if (believesForwarded && trustedProxies.length === 0) {
    fields.warn(
      "forwarded_by_client_ip",
      "has no effect without trusted_proxies: list the proxies",
    );
  }
  const bodyBytesMax = fields.integer("max_payload", 0, { min: 0, max: Number.MAX_SAFE_INTEGER });
  const options = {
    redirectsTrailingSlash: !fields.boolean("disable_redirect_trailing_slash", false),
    redirectsFixedPath: !fields.boolean("disable_redirect_fixed_path", false),
    removesExtraSlash: fields.boolean("remove_extra_slash", false),
    answersOptions: fields.boolean("auto_options", false),
    answersWrongMethod: !fields.boolean("disable_handle_method_not_allowed", false),
    checksEncodedPath: !fields.boolean("disable_path_decoding", false),
    healthPath: isHealthy ? healthPath : null,
    hidesVersion: fields.boolean("hide_version_header", false),
    returnsErrorText: fields.boolean("return_error_msg", false),
    errorBodies: readErrorBodies(fields.fields("error_body")),
    trustedProxies: believesForwarded ? trustedProxies : [],
    logsRequests: !fields.boolean("disable_access_log", false),
    quietPaths: fields.strings("logger_skip_paths", []),
    bodyBytesMax: bodyBytesMax === 0 ? null : bodyBytesMax,
  };
  fields.finish(UNSUPPORTED);
  return options;
}

function readErrorBodies(fields: Fields | null): RouterOptions["errorBodies"] {
  const bodyOf = (status: string): string | null => {
    const body = fields?.raw(status);
    return body === undefined ? null : JSON.stringify(body);
  };
  const bodies = { notFound: bodyOf("404"), wrongMethod: bodyOf("405") };
  fields?.finish();
  return bodies;
}
