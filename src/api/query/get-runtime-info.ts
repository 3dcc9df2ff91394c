import { availableParallelism, hostname } from "node:os";
import { formatDuration } from "#lib/duration";
import type { GuardedEndpoint } from "../endpoint.ts";
import { SURFACES } from "../surfaces.ts";
import type { StatusDeps } from "./installation-facts.ts";
import { OPERATOR_ACCESS } from "./query-access.ts";
import { success } from "./success.ts";

/** `/api/v1/status/runtimeinfo`: Prometheus' members; what only Go has is left empty. */
export function getRuntimeInfo(deps: StatusDeps): GuardedEndpoint {
  return {
    methods: ["GET"],
    paths: ["/api/v1/status/runtimeinfo"],
    surface: SURFACES.query,
    access: OPERATOR_ACCESS,
    limits: { bodyBytesMax: 0 },
    summary: "When and where the process runs, and how long it keeps data.",
    async handler() {
      const { startedAtMs, dataFolder, retentionMs } = deps.installation();
      return success({
        startTime: new Date(startedAtMs).toISOString(),
        CWD: dataFolder,
        hostname: hostname(),
        serverTime: new Date(deps.nowMs()).toISOString(),
        reloadConfigSuccess: true,
        lastConfigTime: new Date(startedAtMs).toISOString(),
        corruptionCount: 0,
        goroutineCount: 0,
        GOMAXPROCS: availableParallelism(),
        GOMEMLIMIT: 0,
        GOGC: "",
        GODEBUG: "",
        storageRetention: retentionMs === null ? "" : formatDuration(retentionMs),
      });
    },
  };
}
