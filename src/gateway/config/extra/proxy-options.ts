import type { Fields } from "../fields.ts";
import { type FlatmapOperation, readFlatmap } from "./flatmap-options.ts";

const STRATEGIES = ["always", "success", "complete", "errored", "incomplete"] as const;

/** Constant data that is merged into answers. */
export interface StaticData {
  readonly data: Readonly<Record<string, unknown>>;
  /** Into which answers. */
  readonly strategy: (typeof STRATEGIES)[number];
}

/** Namespace `proxy` of an endpoint. */
export interface EndpointProxyOptions {
  readonly isSequential: boolean;
  readonly staticData: StaticData | null;
  readonly flatmap: readonly FlatmapOperation[];
}

export const DEFAULT_PROXY_OPTIONS: EndpointProxyOptions = {
  isSequential: false,
  staticData: null,
  flatmap: [],
};

export function readEndpointProxy(fields: Fields): EndpointProxyOptions {
  const options = {
    isSequential: fields.boolean("sequential", false),
    staticData: readStatic(fields.fields("static")),
    flatmap: readFlatmap(fields),
  };
  if (fields.has("combiner")) fields.warn("combiner", "only the built-in merge is available");
  fields.finish();
  return options;
}

function readStatic(fields: Fields | null): StaticData | null {
  if (fields === null) return null;
  const data = fields.object("data") ?? {};
  const strategy = fields.choice("strategy", STRATEGIES, "always");
  fields.finish();
  return { data, strategy };
}

/** Namespace `proxy` of a backend. */
export function readBackendProxy(fields: Fields): {
  readonly flatmap: readonly FlatmapOperation[];
  readonly isShadow: boolean;
} {
  const options = { flatmap: readFlatmap(fields), isShadow: fields.boolean("shadow", false) };
  fields.finish(["shadow_timeout"]);
  return options;
}
