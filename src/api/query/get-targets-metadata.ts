import { HttpRefusal } from "#http";
import {
  compileMatcher,
  labelsOfRecord,
  labelValue,
  type Matcher,
  type NamedMetadata,
} from "#model";
import type { TargetsSnapshot } from "#sources";
import type { GuardedEndpoint } from "../endpoint.ts";
import { SURFACES } from "../surfaces.ts";
import { OPERATOR_ACCESS } from "./query-access.ts";
import { readSelector } from "./match-parameter.ts";
import { invalidParameter } from "./parameter-error.ts";
import { success } from "./success.ts";

export interface TargetsMetadataDeps {
  targets(): Promise<TargetsSnapshot>;
  /** Of all series for which the matchers hold. */
  metricMetadata(matchers: readonly Matcher[]): Promise<readonly NamedMetadata[]>;
}

/** `/api/v1/targets/metadata`: what each scrape target says of its metrics. */
export function getTargetsMetadata(deps: TargetsMetadataDeps): GuardedEndpoint {
  return {
    methods: ["GET"],
    paths: ["/api/v1/targets/metadata"],
    surface: SURFACES.query,
    access: OPERATOR_ACCESS,
    limits: { bodyBytesMax: 0 },
    summary: "Type, help and unit of metrics by scrape target.",
    async handler(request) {
      const parameters = new URLSearchParams(request.query);
      const metric = parameters.get("metric") ?? "";
      const limit = readLimit(parameters);
      const matchTarget = parameters.get("match_target") ?? "";
      const isWanted = targetTest(
        matchTarget === ""
          ? []
          : readSelector(matchTarget, (reason) => invalidParameter("match_target", reason)),
      );
      const found: object[] = [];
      for (const { labels: target } of (await deps.targets()).activeTargets) {
        if (!isWanted(target) || found.length >= limit) continue;
        const ofTarget = ["job", "instance"].map((name): Matcher => {
          return { name, operator: "=", value: target[name] ?? "" };
        });
        for (const { metricName, metadata } of await deps.metricMetadata(ofTarget)) {
          if (metric !== "" && metric !== metricName && metric !== metadata.family) continue;
          if (found.length >= limit) break;
          const { type, help, unit } = metadata;
          // The name is left out where it was asked for, as Prometheus does.
          found.push({
            target,
            ...(metric === "" ? { metric: metricName } : {}),
            type,
            help,
            unit,
          });
        }
      }
      return success(found);
    },
  };
}

function targetTest(
  matchers: readonly Matcher[],
): (target: Readonly<Record<string, string>>) => boolean {
  const tests = matchers.map((matcher) => [matcher.name, compileMatcher(matcher)] as const);
  return (target) => {
    const labels = labelsOfRecord(target);
    return tests.every(([name, test]) => test(labelValue(labels, name)));
  };
}

function readLimit(parameters: URLSearchParams): number {
  const text = parameters.get("limit") ?? "";
  if (text === "") return Infinity;
  if (!/^[+-]?\d+$/.test(text)) throw new HttpRefusal("bad_data", "limit must be a number");
  const limit = Number(text);
  return limit < 0 ? Infinity : limit;
}
