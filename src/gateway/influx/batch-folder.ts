import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { OperatingError } from "#lib/operating-error";
import { type Batch, restoredBatch } from "./batch.ts";

const NAME = /^(\d{12}-\d+)\.lines$/;
const UNFINISHED = ".unfinished";

/**
 * Unsent batches as files, one each, so that they outlive this process. A file appears whole or not
 * at all; it goes when the server has the batch. Sending one twice is harmless: the points are the same.
 */
export class BatchFolder {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** Fails with `influx_buffer_dir` where the folder cannot be made or written to. */
  static async open(path: string): Promise<BatchFolder> {
    try {
      await mkdir(path, { recursive: true, mode: 0o700 });
      const leftOver = (await readdir(path)).filter((name) => name.endsWith(UNFINISHED));
      await Promise.all(leftOver.map((name) => rm(join(path, name), { force: true })));
      const probe = join(path, `probe${UNFINISHED}`);
      await writeFile(probe, "");
      await rm(probe);
    } catch (cause) {
      const message = `The folder ${path} of telemetry/influx (buffer_dir) cannot be written to: make it, or give it to this account.`;
      throw new OperatingError("influx_buffer_dir", message, { cause });
    }
    return new BatchFolder(path);
  }

  /** Oldest first. */
  async load(): Promise<readonly Batch[]> {
    const ids = (await readdir(this.#path))
      .flatMap((name) => NAME.exec(name)?.[1] ?? [])
      .toSorted();
    return Promise.all(
      ids.map(async (id) => restoredBatch(id, await readFile(this.#fileOf(id), "utf8"))),
    );
  }

  async save({ id, lines }: Batch): Promise<void> {
    const file = this.#fileOf(id);
    await writeFile(file + UNFINISHED, lines, { mode: 0o600, flush: true });
    await rename(file + UNFINISHED, file);
  }

  async remove({ id }: Batch): Promise<void> {
    await rm(this.#fileOf(id), { force: true });
  }

  #fileOf(id: string): string {
    return join(this.#path, `${id}.lines`);
  }
}
