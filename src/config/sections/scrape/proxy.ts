import type { ProxyConfig } from "#sources";
import { list, mapOf, type Refuse } from "../../schema/collections.ts";
import { anyText, boolean, url } from "../../schema/scalars.ts";
import { defaulted, type Key, optional, present, type ValuesOf } from "../../schema/schema.ts";

export const PROXY_KEYS = {
  proxy_url: optional(url(), "http or https proxy; https targets go through CONNECT."),
  no_proxy: defaulted(
    anyText(),
    "",
    "Comma-separated addresses, CIDR blocks and domains that are reached directly.",
  ),
  proxy_from_environment: defaulted(
    boolean(),
    "false",
    "Take HTTP_PROXY, HTTPS_PROXY and NO_PROXY.",
  ),
  proxy_connect_header: present(mapOf(list(anyText())), "Headers of the CONNECT request."),
} as const satisfies Readonly<Record<string, Key<unknown>>>;

type ProxyValues = ValuesOf<typeof PROXY_KEYS>;

export function refuseProxyContradictions(values: ProxyValues, refuse: Refuse): void {
  const environment = values.proxy_from_environment;
  if (environment && values.proxy_url !== null) {
    refuse("proxy_from_environment", "contradicts proxy_url; keep one of the two");
  }
  if (environment && values.no_proxy !== "") {
    refuse("no_proxy", "contradicts proxy_from_environment, which brings NO_PROXY");
  }
  if (environment || values.proxy_url !== null) return;
  if (values.no_proxy !== "") refuse("no_proxy", "needs proxy_url");
  if (Object.keys(values.proxy_connect_header).length > 0) {
    refuse("proxy_connect_header", "needs proxy_url or proxy_from_environment");
  }
}

export function toProxy(values: ProxyValues): ProxyConfig {
  const connectHeaders = values.proxy_connect_header;
  if (values.proxy_from_environment) return { kind: "environment", connectHeaders };
  if (values.proxy_url === null) return { kind: "none" };
  return { kind: "url", url: values.proxy_url, noProxy: values.no_proxy, connectHeaders };
}
