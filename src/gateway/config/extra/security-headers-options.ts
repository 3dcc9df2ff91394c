import type { Fields } from "../fields.ts";

/** Root namespace `security/http`: headers for browsers, and the hosts that are answered. */
export interface SecurityOptions {
  /** Empty: all. */
  readonly hosts: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
}

const UNSUPPORTED = [
  "host_proxy_headers",
  "is_development",
  "ssl_host",
  "ssl_proxy_headers",
  "ssl_redirect",
  "hpkp_public_key",
];

export function readSecurity(fields: Fields): SecurityOptions {
  const headers: Record<string, string> = {};
  const add = (name: string, value: string): void => {
    if (value !== "") headers[name] = value;
  };
  const seconds = fields.integer("sts_seconds", 0, { min: 0, max: 1e10 });
  const subdomains = fields.boolean("sts_include_subdomains", false) ? "; includeSubDomains" : "";
  if (seconds > 0) add("strict-transport-security", `max-age=${seconds}${subdomains}`);
  if (fields.boolean("frame_deny", false)) add("x-frame-options", "DENY");
  add("x-frame-options", fields.string("custom_frame_options_value", ""));
  if (fields.boolean("content_type_nosniff", false)) add("x-content-type-options", "nosniff");
  if (fields.boolean("browser_xss_filter", false)) add("x-xss-protection", "1; mode=block");
  add("content-security-policy", fields.string("content_security_policy", ""));
  add("referrer-policy", fields.string("referrer_policy", ""));
  const hosts = fields.strings("allowed_hosts", []);
  fields.finish(UNSUPPORTED);
  return { hosts, headers };
}
