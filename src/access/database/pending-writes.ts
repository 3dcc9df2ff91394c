import type { AccessDatabase, Writer } from "./access-database.ts";

/**
 * Facts about requests, kept in memory by key and written together once a minute, so that requests
 * do not write; a process that is killed loses at most the last minute. The writes are quiet: no
 * cache depends on them.
 */
export interface PendingWrites<Key, Entry> extends AsyncDisposable {
  add(key: Key, entry: Entry): void;
  /** What has not been written yet; what is being written counts. */
  entries(): readonly Entry[];
  /** Writes what has come since the last time. */
  flush(): Promise<void>;
}

export interface PendingWritesOptions<Key, Entry> {
  readonly database: AccessDatabase;
  readonly delayMaxMs: number;
  /** What two entries of one key come to; the second is the newer. */
  readonly merge: (before: Entry, after: Entry) => Entry;
  readonly write: (writer: Writer, entries: ReadonlyMap<Key, Entry>) => Promise<void>;
  /** Hears of writes that failed; they are tried again with the next. */
  readonly onError: (error: unknown) => void;
}

export function createPendingWrites<Key, Entry>(
  options: PendingWritesOptions<Key, Entry>,
): PendingWrites<Key, Entry> {
  const { database, merge, write, onError } = options;
  let waiting = new Map<Key, Entry>();
  /** Being written: not yet in the database for who reads it now. */
  let writing: ReadonlyMap<Key, Entry> = new Map();

  const add = (key: Key, entry: Entry): void => {
    const before = waiting.get(key);
    waiting.set(key, before === undefined ? entry : merge(before, entry));
  };
  const flush = async (): Promise<void> => {
    if (waiting.size === 0) return;
    const taken = waiting;
    writing = taken;
    waiting = new Map();
    try {
      await database.changeQuietly((writer) => write(writer, taken));
    } catch (error) {
      const newer = waiting;
      waiting = taken;
      for (const [key, entry] of newer) add(key, entry);
      throw error;
    } finally {
      writing = new Map();
    }
  };
  const timer = setInterval(() => void flush().catch(onError), options.delayMaxMs);
  timer.unref();

  return {
    add,
    flush,
    entries: () => [...writing.values(), ...waiting.values()],
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await flush().catch(onError);
    },
  };
}
