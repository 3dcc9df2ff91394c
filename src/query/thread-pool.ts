import type { QuerySettings } from "./query-settings.ts";
import { QueryThread } from "./query-thread.ts";
import type { StoreLine } from "./selection/messages.ts";

interface IdleThread {
  readonly thread: QueryThread;
  readonly timer: NodeJS.Timeout;
}

/** Query threads: started when one is wanted, reused, ended after a long rest. */
export class ThreadPool implements AsyncDisposable {
  readonly #openStoreLine: () => Promise<StoreLine>;
  readonly #threadIdleMs: number;
  #settings: QuerySettings;
  /** All threads, with the settings that they were started with. */
  readonly #threads = new Map<QueryThread, QuerySettings>();
  /** The one used last is the last: its caches are warm. */
  #idle: IdleThread[] = [];
  #isClosed = false;

  constructor(
    openStoreLine: () => Promise<StoreLine>,
    settings: QuerySettings,
    threadIdleMs: number,
  ) {
    this.#openStoreLine = openStoreLine;
    this.#settings = settings;
    this.#threadIdleMs = threadIdleMs;
  }

  get count(): number {
    return this.#threads.size;
  }

  async take(): Promise<QueryThread> {
    const idle = this.#idle.pop();
    if (idle !== undefined) {
      clearTimeout(idle.timer);
      return idle.thread;
    }
    const settings = this.#settings;
    const thread = new QueryThread(await this.#openStoreLine(), settings);
    this.#threads.set(thread, settings);
    return thread;
  }

  giveBack(thread: QueryThread): void {
    if (thread.isGone || this.#isClosed || this.#threads.get(thread) !== this.#settings) {
      this.#end(thread);
      return;
    }
    const timer = setTimeout(() => {
      this.#idle = this.#idle.filter((idle) => idle.thread !== thread);
      this.#end(thread);
    }, this.#threadIdleMs);
    timer.unref();
    this.#idle.push({ thread, timer });
  }

  /** For queries from now on: threads that know other settings end when their query has. */
  reconfigure(settings: QuerySettings): void {
    this.#settings = settings;
    for (const { thread, timer } of this.#idle.splice(0)) {
      clearTimeout(timer);
      this.#end(thread);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    for (const { timer } of this.#idle) clearTimeout(timer);
    await Promise.all(Array.from(this.#threads.keys(), (thread) => thread.end()));
    this.#threads.clear();
  }

  #end(thread: QueryThread): void {
    this.#threads.delete(thread);
    void thread.end();
  }
}
