import type { Fields } from "../fields.ts";

/** Root namespace `security/cors`. */
export interface CorsOptions {
  /** `*`, exact origins, or ones with one `*` in them. */
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly exposedHeaders: readonly string[];
  readonly maxAgeSeconds: number;
  readonly allowsCredentials: boolean;
  readonly allowsPrivateNetwork: boolean;
  /** Preflights go on to the endpoints as well. */
  readonly passesPreflights: boolean;
  readonly preflightStatus: number;
}

export function readCors(fields: Fields): CorsOptions {
  const origins = fields.strings("allow_origins", []);
  const methods = fields.strings("allow_methods", []).map((method) => method.toUpperCase());
  const headers = fields.strings("allow_headers", []);
  const options: CorsOptions = {
    origins: origins.length === 0 ? ["*"] : origins,
    methods: methods.length === 0 ? ["GET", "HEAD", "POST"] : methods,
    headers: headers.length === 0 ? ["accept", "content-type", "x-requested-with"] : headers,
    exposedHeaders: fields.strings("expose_headers", []),
    maxAgeSeconds: Math.trunc(fields.duration("max_age", 0) / 1000),
    allowsCredentials: fields.boolean("allow_credentials", false),
    allowsPrivateNetwork: fields.boolean("allow_private_network", false),
    passesPreflights: fields.boolean("options_passthrough", false),
    preflightStatus: fields.integer("options_success_status", 204, { min: 200, max: 299 }),
  };
  if (options.allowsCredentials && options.origins.includes("*")) {
    fields.refuse(
      "allow_credentials",
      "any site could act for your users: list the origins in allow_origins instead of *",
    );
  }
  fields.finish(["debug"]);
  return options;
}
