import type { ControlApi } from "#api";
import { OperatingError } from "#lib/operating-error";

/** A control API that answers with what it was asked. */
export function fakeControl(more: Partial<ControlApi> = {}): ControlApi {
  return {
    status: async () => ({ version: "1.2.3" }),
    targets: async () => ({ activeTargets: [], droppedTargets: [], droppedTargetCounts: {} }),
    queries: {
      runQuery: async (query) => ({
        head: { samplesRead: 0 },
        chunks: once(new TextEncoder().encode(JSON.stringify(query))),
      }),
      querySettings: () => ({ timeoutMs: 1000 }),
      nowMs: () => 7000,
    },
    reload: async () => ({ applied: ["log.level"], needRestart: [] }),
    explain: async (tenant, entitlement) => ({ tenant, entitlement }),
    async *backup(folder) {
      yield { copied: folder };
      if (folder === "/full") throw new OperatingError("backup_failed", "The disk is full.");
    },
    async *exportSamples(request) {
      yield Buffer.from(`${JSON.stringify(request)}\n`);
      if (request.selectors[0] === "broken") throw new Error("broken");
      yield Buffer.from("# EOF\n");
    },
    ...more,
  };
}

async function* once<Value>(value: Value): AsyncGenerator<Value> {
  yield value;
}
