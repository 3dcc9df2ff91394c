import { type Access, type Entitlement, NO_ENTITLEMENT } from "#access";
import type { ControlApi, Json, ReloadReport } from "#api";
import type { Engine } from "#engine";
import type { MeasuredGateway } from "#gateway";
import { formatListen } from "#http";

export interface ControlDeps {
  readonly engine: Engine;
  readonly access: Access;
  readonly gateway: MeasuredGateway | null;
  readonly queries: ControlApi["queries"];
  readonly version: string;
  readonly storagePath: string;
  isReady(): boolean;
  requestReload(): Promise<ReloadReport>;
}

/** What the command line can ask of this process, by the parts that know the answers. */
export function createControlApi(deps: ControlDeps): ControlApi {
  const { engine, access } = deps;
  return {
    status: async () => ({
      version: deps.version,
      pid: process.pid,
      uptimeSeconds: Math.round(process.uptime()),
      ready: deps.isReady(),
      dataFolder: deps.storagePath,
      store: toJson(await engine.stats()),
      ...(deps.gateway === null ? {} : { gateway: gatewayStatus(deps.gateway) }),
    }),
    targets: () => engine.targets(),
    queries: deps.queries,
    reload: () => deps.requestReload(),
    async explain(tenant, entitlement) {
      const { entitlement: current } = await access.tenants.show(tenant);
      const proposed = entitlement as Entitlement | null;
      const explained = await (proposed === null
        ? engine.explain(current ?? NO_ENTITLEMENT)
        : engine.explain(current ?? NO_ENTITLEMENT, proposed));
      return toJson(explained);
    },
    async *backup(folder, signal) {
      for await (const step of engine.backup(folder, signal)) yield toJson(step);
    },
    exportSamples: (request, signal) => engine.exportSamples(request, signal),
  };
}

function gatewayStatus({ listen, statsListen, delivery }: MeasuredGateway): Json {
  return {
    listen: formatListen(listen),
    stats: statsListen === null ? null : `${formatListen(statsListen)}/__stats`,
    influx: toJson(delivery()),
  };
}

/** Plain data is JSON but for what TypeScript can see: interfaces have no index signature. */
function toJson(plain: object | null): Json {
  return JSON.parse(JSON.stringify(plain)) as Json;
}
