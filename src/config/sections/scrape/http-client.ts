/** `<http_config>` of Prometheus: how a target, a discovery service or a token endpoint is reached. */
import type { HttpAuthentication, HttpClientConfig, HttpHeaderConfig } from "#sources";
import { list, mapOf, type Refuse, section } from "../../schema/collections.ts";
import { anyText, boolean, path, secret, text, url } from "../../schema/scalars.ts";
import {
  type Key,
  defaulted,
  optional,
  present,
  required,
  type ValueOf,
  type ValuesOf,
} from "../../schema/schema.ts";
import { PROXY_KEYS, refuseProxyContradictions, toProxy } from "./proxy.ts";
import { textSource } from "./text-source.ts";
import { tlsSchema, toTls } from "./tls.ts";

const EXCLUSIVE = "keep one of the two";

const basicAuthSchema = section(
  {
    username: optional(anyText(), "The user name."),
    username_file: optional(path(), "The same from a file, read for every request."),
    password: optional(secret(), "The password."),
    password_file: optional(path(), "The same from a file, read for every request."),
  },
  {
    check(values, refuse) {
      refuseBoth(values, "username", "username_file", refuse);
      refuseBoth(values, "password", "password_file", refuse);
    },
  },
);

const authorizationSchema = section(
  {
    type: defaulted(text(), "Bearer", "The scheme; Basic has its own section."),
    credentials: optional(secret(), "What follows the scheme."),
    credentials_file: optional(path(), "The same from a file, read for every request."),
  },
  {
    check(values, refuse) {
      refuseBoth(values, "credentials", "credentials_file", refuse);
      if (values.type.trim().toLowerCase() === "basic") {
        refuse("type", "Basic has a section of its own; use basic_auth");
      }
    },
  },
);

const JWT_BEARER =
  "only the client credentials grant is supported; use client_id with client_secret";

const oauth2Schema = section(
  {
    client_id: required(text(), "The client's id."),
    client_secret: optional(secret(), "The client's secret."),
    client_secret_file: optional(path(), "The same from a file; a change fetches a new token."),
    scopes: present(list(text(), { called: "scopes" }), "The scopes to ask for."),
    token_url: required(url(), "The token endpoint."),
    endpoint_params: present(mapOf(anyText()), "Further form fields of the token request."),
    tls_config: present(tlsSchema, "TLS of the token request."),
    ...PROXY_KEYS,
  },
  {
    check(values, refuse) {
      refuseBoth(values, "client_secret", "client_secret_file", refuse);
      refuseProxyContradictions(values, refuse);
    },
    refused: Object.fromEntries(
      [
        "grant_type",
        "client_certificate_key",
        "client_certificate_key_file",
        "client_certificate_key_id",
        "signature_algorithm",
        "iss",
        "audience",
        "claims",
      ].map((name) => [name, JWT_BEARER]),
    ),
  },
);

/** Headers that the scraper itself sets; Prometheus refuses them too. */
const RESERVED_HEADERS = new Set([
  "accept",
  "accept-encoding",
  "authorization",
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "host",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "user-agent",
  "www-authenticate",
  "x-prometheus-remote-write-version",
  "x-prometheus-scrape-timeout-seconds",
]);

const headerSchema = section({
  values: present(list(anyText()), "Values, one header line each."),
  secrets: present(list(secret(), { called: "secrets" }), "Values that are never shown."),
  files: present(
    list(path(), { called: "paths" }),
    "Files that hold a value, read for every request.",
  ),
});

export const HTTP_CLIENT_TABLE = {
  basic_auth: optional(basicAuthSchema, "User name and password, sent as they are."),
  authorization: optional(authorizationSchema, "The Authorization header: type and credentials."),
  oauth2: optional(
    oauth2Schema,
    "A token by the client credentials grant, kept until 10 s before it expires.",
  ),
  bearer_token: optional(secret(), "Older form of authorization.credentials."),
  bearer_token_file: optional(path(), "Older form of authorization.credentials_file."),
  follow_redirects: defaulted(
    boolean(),
    "true",
    "Follow up to 10 redirects; credentials stay with their host.",
  ),
  enable_http2: defaulted(boolean(), "true", "Offer HTTP/2 on https."),
  tls_config: present(tlsSchema, "Certificates and TLS versions."),
  http_headers: present(
    mapOf(headerSchema, { allowed: "a header name", form: /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/ }),
    "Further headers; those that the scraper sets itself are refused.",
  ),
  ...PROXY_KEYS,
} as const satisfies Readonly<Record<string, Key<unknown>>>;

export type HttpClientValues = ValuesOf<typeof HTTP_CLIENT_TABLE>;

/** Refuses where two keys that say the same thing are both given. */
function refuseBoth<Values extends object>(
  values: Values,
  first: keyof Values & string,
  second: keyof Values & string,
  refuse: Refuse,
): void {
  if (values[first] !== null && values[second] !== null) {
    refuse(second, `contradicts ${first}; ${EXCLUSIVE}`);
  }
}

export function refuseHttpContradictions(values: HttpClientValues, refuse: Refuse): void {
  refuseBoth(values, "bearer_token", "bearer_token_file", refuse);
  const given = (
    ["basic_auth", "authorization", "oauth2", "bearer_token", "bearer_token_file"] as const
  ).filter((name) => values[name] !== null);
  const [first, second] = given;
  const both = first === "bearer_token" && second === "bearer_token_file";
  if (first !== undefined && second !== undefined && !both) {
    refuse(second, `contradicts ${first}; one way of authentication is allowed`);
  }
  for (const name of Object.keys(values.http_headers)) {
    if (RESERVED_HEADERS.has(name.toLowerCase())) {
      refuse("http_headers", `the header ${name} is set by the scraper itself; remove it`);
    }
  }
  refuseProxyContradictions(values, refuse);
}

export function toHttpClient(values: HttpClientValues): HttpClientConfig {
  return {
    authentication: toAuthentication(values),
    followRedirects: values.follow_redirects,
    enableHttp2: values.enable_http2,
    tls: toTls(values.tls_config),
    proxy: toProxy(values),
    headers: Object.entries(values.http_headers).map(([name, header]) => toHeader(name, header)),
  };
}

function toHeader(name: string, header: ValueOf<typeof headerSchema>): HttpHeaderConfig {
  const inline = [...header.values, ...header.secrets].map((value) => textSource(value, null));
  const files = header.files.map((file) => textSource(null, file));
  return { name, values: [...inline, ...files].filter((source) => source !== null) };
}

function toAuthentication(values: HttpClientValues): HttpAuthentication | null {
  const { basic_auth: basic, authorization, oauth2 } = values;
  if (basic !== null) {
    return {
      kind: "basic",
      username: textSource(basic.username, basic.username_file),
      password: textSource(basic.password, basic.password_file),
    };
  }
  if (authorization !== null) {
    const credentials = textSource(authorization.credentials, authorization.credentials_file);
    return { kind: "authorization", type: authorization.type.trim(), credentials };
  }
  if (oauth2 !== null) {
    return {
      kind: "oauth2",
      clientId: oauth2.client_id,
      clientSecret: textSource(oauth2.client_secret, oauth2.client_secret_file),
      scopes: oauth2.scopes,
      tokenUrl: oauth2.token_url,
      endpointParams: oauth2.endpoint_params,
      tls: toTls(oauth2.tls_config),
      proxy: toProxy(oauth2),
    };
  }
  const credentials = textSource(values.bearer_token, values.bearer_token_file);
  return credentials === null ? null : { kind: "authorization", type: "Bearer", credentials };
}
