import type { ProxyConfig } from "../scrape-config.ts";
import { compileNoProxy } from "./no-proxy.ts";

/** The proxy to take for a URL, or null to go directly. */
export type ProxyChoice = (url: URL) => string | null;

/** Environment variables, as an argument so that tests need not change the process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Prometheus' rules: without `no_proxy` a given proxy takes everything, loopback included. */
export function compileProxyChoice(config: ProxyConfig, environment: Environment): ProxyChoice {
  switch (config.kind) {
    case "none":
      return () => null;
    case "url": {
      if (config.noProxy === "") return () => config.url;
      const isDirect = compileNoProxy(config.noProxy);
      return (url) => (isDirect(url) ? null : config.url);
    }
    case "environment": {
      const isDirect = compileNoProxy(variable(environment, "NO_PROXY"));
      const http = variable(environment, "HTTP_PROXY");
      const https = variable(environment, "HTTPS_PROXY");
      return (url) => {
        if (isDirect(url)) return null;
        const proxy = url.protocol === "https:" ? https : http;
        return proxy === "" ? null : withScheme(proxy);
      };
    }
  }
}

function variable(environment: Environment, name: string): string {
  return environment[name] ?? environment[name.toLowerCase()] ?? "";
}

/** `host:port` alone means an http proxy. */
function withScheme(proxy: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
}
