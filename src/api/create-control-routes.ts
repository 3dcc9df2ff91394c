import type { Route } from "#http";
import type { ControlApi } from "./control/control-api.ts";
import { getControlTargets } from "./control/get-control-targets.ts";
import { getStatus } from "./control/get-status.ts";
import { postBackup } from "./control/post-backup.ts";
import { postExplain } from "./control/post-explain.ts";
import { postExport } from "./control/post-export.ts";
import { postQuery } from "./control/post-query.ts";
import { postReload } from "./control/post-reload.ts";

/** Every route of the control socket. */
export function createControlRoutes(control: ControlApi): readonly Route[] {
  return [
    getStatus(control),
    getControlTargets(control),
    postReload(control),
    postExplain(control),
    postBackup(control),
    postExport(control),
    postQuery(control),
  ];
}
