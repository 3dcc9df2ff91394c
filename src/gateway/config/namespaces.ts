/**
 * What each namespace of `extra_config` does here. One that is not in the table is tolerated: it is
 * named at the start and has no effect. Refused are those that let less through, or other things,
 * than their absence would: a gateway that starts without them would show what it must not.
 */
import type { ExtraConfig } from "./extra-config.ts";
import type { Fields } from "./fields.ts";

export type Level = "service" | "endpoint" | "backend";

export interface Namespace {
  readonly levels: readonly Level[];
  readonly effect: string;
}

const SUPPORTED: ReadonlyMap<string, Namespace> = new Map(
  Object.entries({
    "telemetry/metrics": {
      levels: ["service"],
      effect: "the metrics of this gateway, and /__stats",
    },
    "telemetry/influx": { levels: ["service"], effect: "the push of those metrics to InfluxDB" },
    router: { levels: ["service"], effect: "redirects, 404 and 405, health, the log of requests" },
    "security/cors": { levels: ["service"], effect: "cross-origin requests of browsers" },
    "security/http": { levels: ["service"], effect: "security headers, allowed hosts" },
    "security/bot-detector": {
      levels: ["service", "endpoint"],
      effect: "turns away User-Agents with 403",
    },
    "auth/validator": { levels: ["endpoint"], effect: "lets in only those with a valid token" },
    "qos/ratelimit/router": {
      levels: ["endpoint"],
      effect: "limits requests: 503, or 429 per client",
    },
    proxy: {
      levels: ["endpoint", "backend"],
      effect: "sequential calls, static data, flatmap; shadow backends",
    },
    "qos/ratelimit/proxy": { levels: ["backend"], effect: "limits calls to this backend" },
    "qos/circuit-breaker": { levels: ["backend"], effect: "spares a backend that keeps failing" },
    "backend/http": { levels: ["backend"], effect: "what a client learns of a backend's error" },
  }),
);

const REFUSED: readonly (readonly [RegExp, string])[] = [
  [/^auth\/(?!validator$)/, "who may come in, or how a backend is asked, would differ without it"],
  [/^security\/policies$/, "it decides who may come in"],
  [/^validation\/cel$/, "it decides which requests and answers may pass"],
  [/^plugin\//, "Go plugins cannot be loaded"],
  [/^modifier\/lua-/, "Lua scripts are not run"],
];

/** What a namespace does at this level, for those who explain a configuration. */
export function effectOf(name: string, level: Level): string | null {
  const found = SUPPORTED.get(name);
  return found?.levels.includes(level) === true ? found.effect : null;
}

/** Refuses and warns of what has no effect; `waived` are those the operator runs without. */
export function checkNamespaces(
  extraConfig: ExtraConfig,
  level: Level,
  fields: Fields,
  waived: ReadonlySet<string>,
): void {
  for (const name of Object.keys(extraConfig)) {
    if (/^[@$_#]/.test(name)) continue;
    if (effectOf(name, level) !== null) continue;
    const key = `extra_config.${name}`;
    const reason = refusalOf(name);
    if (reason !== null && !waived.has(name)) {
      const text = `${reason}. Remove it, or list it in gateway.ignored_namespaces to run without it`;
      fields.refuse(key, text);
    } else {
      fields.warn(key, `has no effect here${placeOf(name)}`);
    }
  }
}

/** Why a namespace that has no effect at its level may not just be ignored; null where it may. */
function refusalOf(name: string): string | null {
  // A check at the wrong level checks nothing, and its author believes in it.
  if (SUPPORTED.has(name)) {
    return name.startsWith("auth/") ? `has no effect here${placeOf(name)}` : null;
  }
  const refusal = REFUSED.find(([form]) => form.test(name));
  return refusal === undefined ? null : `is not supported: ${refusal[1]}`;
}

function placeOf(name: string): string {
  const known = SUPPORTED.get(name);
  return known === undefined ? "" : `; it belongs to the level ${known.levels.join(" or ")}`;
}
