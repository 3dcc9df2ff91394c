import type { GuardedEndpoint } from "../endpoint.ts";
import type { CatalogueDeps } from "./catalogue-endpoint.ts";
import { getAlertmanagers } from "./get-alertmanagers.ts";
import { getAlerts } from "./get-alerts.ts";
import { getBuildInfo } from "./get-build-info.ts";
import { getConfig } from "./get-config.ts";
import { getFlags } from "./get-flags.ts";
import { getFormatQuery } from "./get-format-query.ts";
import { getLabelValues } from "./get-label-values.ts";
import { getLabels } from "./get-labels.ts";
import { getMetadata } from "./get-metadata.ts";
import { getParseQuery } from "./get-parse-query.ts";
import { getQueryExemplars } from "./get-query-exemplars.ts";
import { getQueryRange } from "./get-query-range.ts";
import { getQuery } from "./get-query.ts";
import { getRules } from "./get-rules.ts";
import { getRuntimeInfo } from "./get-runtime-info.ts";
import { getSeries } from "./get-series.ts";
import { getTargetsMetadata, type TargetsMetadataDeps } from "./get-targets-metadata.ts";
import { getTsdbStatus } from "./get-tsdb-status.ts";
import { getWalReplay } from "./get-wal-replay.ts";
import type { StatusDeps } from "./installation-facts.ts";
import type { QueryDeps } from "./query-endpoint.ts";

export interface QueryApiDeps extends QueryDeps, CatalogueDeps, StatusDeps, TargetsMetadataDeps {}

/** Prometheus' HTTP API, but for `/api/v1/targets`. */
export function queryEndpoints(deps: QueryApiDeps): readonly GuardedEndpoint[] {
  return [
    getQuery(deps),
    getQueryRange(deps),
    getQueryExemplars(deps),
    getFormatQuery(),
    getParseQuery(),
    getLabels(deps),
    getLabelValues(deps),
    getSeries(deps),
    getMetadata(deps),
    getTargetsMetadata(deps),
    getRules(),
    getAlerts(),
    getAlertmanagers(),
    getBuildInfo(deps),
    getRuntimeInfo(deps),
    getFlags(deps),
    getConfig(),
    getTsdbStatus(deps),
    getWalReplay(),
  ];
}
