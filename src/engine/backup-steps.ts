import type { Store } from "#tsdb";

/** How a backup goes on; the last step tells what could not be copied. */
export type BackupStep =
  | {
      /** `head.db`, `access.db`, or `blocks`. */
      readonly item: string;
      /** Pages of a database, or blocks. */
      readonly done: number;
      readonly total: number;
    }
  /** Names of files that were damaged at the source and are left out. */
  | { readonly damaged: readonly string[] };

const utf8 = new TextEncoder();

/** Copies the store and tells each step as one line of JSON. */
export async function* backupSteps(
  store: Store,
  folder: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const queue: BackupStep[] = [];
  let wake = Promise.withResolvers<void>();
  const onProgress = (step: BackupStep): void => {
    queue.push(step);
    wake.resolve();
  };
  const copying = store.backup(folder, { signal, onProgress });
  const isOver = copying.then(
    () => true,
    () => true,
  );
  while (!(await Promise.race([isOver, wake.promise.then(() => false)]))) {
    wake = Promise.withResolvers<void>();
    const latest = queue.splice(0).at(-1);
    if (latest !== undefined) yield utf8.encode(JSON.stringify(latest));
  }
  const { damaged } = await copying;
  yield utf8.encode(JSON.stringify({ damaged }));
}
