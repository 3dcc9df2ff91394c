/** The values of one level's `extra_config` as they stand in the file, by current namespace. */
export type ExtraConfig = Readonly<Record<string, unknown>>;

/** What namespaces were called before version 2; both spellings load. */
const LEGACY_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "github_com/devopsfaith/krakend-metrics": "telemetry/metrics",
    "github_com/letgoapp/krakend-influx": "telemetry/influx",
    "github_com/Jozefiel/krakend-influx2": "telemetry/influx2",
    "github_com/devopsfaith/krakend/proxy": "proxy",
    "github_com/devopsfaith/krakend/http": "backend/http",
    "github_com/luraproject/lura/router/gin": "router",
    "github_com/devopsfaith/krakend-ratelimit/juju/router": "qos/ratelimit/router",
    "github_com/devopsfaith/krakend-ratelimit/juju/proxy": "qos/ratelimit/proxy",
    "github_com/devopsfaith/krakend-circuitbreaker/gobreaker": "qos/circuit-breaker",
    "github_com/devopsfaith/krakend-cors": "security/cors",
    "github_com/devopsfaith/krakend-httpsecure": "security/http",
    "github_com/devopsfaith/krakend-botdetector": "security/bot-detector",
    "github_com/devopsfaith/krakend-jose/validator": "auth/validator",
    "github_com/devopsfaith/krakend-jose/signer": "auth/signer",
    "github_com/devopsfaith/krakend-gologging": "telemetry/logging",
  }),
);

/** Current names win over legacy ones where both are present. */
export function toExtraConfig(raw: Readonly<Record<string, unknown>>): ExtraConfig {
  const entries = Object.entries(raw);
  const legacy = entries.flatMap(([name, value]): [string, unknown][] => {
    const current = LEGACY_NAMES.get(name);
    return current === undefined ? [] : [[current, value]];
  });
  const current = entries.filter(([name]) => !LEGACY_NAMES.has(name));
  return Object.fromEntries([...legacy, ...current]);
}
