/**
 * Name resolution in which one slow name server delays nobody else.
 *
 * Problem: getaddrinfo runs on the runtime's pool of four threads, which also inflates bodies and
 * reads files. Four targets whose names time out would stop every scrape of the process.
 * Approach: at most two lookups at once in the fast lane and one in the slow lane, so one thread is
 * always free. A lookup that takes longer than half a second moves to the slow lane if that is
 * empty, and its name is remembered and queues there from then on. Equal questions share one lookup.
 */
import { type LookupAddress, type LookupAllOptions, lookup as systemLookup } from "node:dns";
import { isIP, type LookupFunction } from "node:net";

const FAST_MAX = 2;
const SLOW_MAX = 1;
const SLOW_AFTER_MS = 500;
const SLOW_NAMES_MAX = 10_000;

type AllCallback = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;

/** `dns.lookup` with `all: true`. */
export type ResolveAll = (hostname: string, options: LookupAllOptions, done: AllCallback) => void;

interface Question {
  readonly key: string;
  readonly hostname: string;
  readonly options: LookupAllOptions;
  readonly waiting: AllCallback[];
}

type Lane = "fast" | "slow";

class LookupLanes {
  readonly #resolveAll: ResolveAll;
  readonly #open = new Map<string, Question>();
  readonly #slowNames = new Set<string>();
  readonly #queues: Record<Lane, Question[]> = { fast: [], slow: [] };
  readonly #running: Record<Lane, number> = { fast: 0, slow: 0 };

  constructor(resolveAll: ResolveAll) {
    this.#resolveAll = resolveAll;
  }

  ask(hostname: string, options: LookupAllOptions, done: AllCallback): void {
    const key = `${hostname} ${options.family ?? 0} ${options.hints ?? 0}`;
    const known = this.#open.get(key);
    if (known !== undefined) {
      known.waiting.push(done);
      return;
    }
    const question = { key, hostname, options, waiting: [done] };
    this.#open.set(key, question);
    this.#queues[this.#slowNames.has(hostname) ? "slow" : "fast"].push(question);
    this.#drain();
  }

  #drain(): void {
    this.#drainLane("fast", FAST_MAX);
    this.#drainLane("slow", SLOW_MAX);
  }

  #drainLane(lane: Lane, runningMax: number): void {
    while (this.#running[lane] < runningMax) {
      const question = this.#queues[lane].shift();
      if (question === undefined) return;
      this.#run(question, lane);
    }
  }

  #run(question: Question, startLane: Lane): void {
    let lane = startLane;
    let slow = false;
    this.#running[lane] += 1;
    const patience = setTimeout(() => {
      slow = true;
      this.#remember(question.hostname);
      if (lane === "slow" || this.#running.slow >= SLOW_MAX) return;
      this.#running.fast -= 1;
      this.#running.slow += 1;
      lane = "slow";
      this.#drain();
    }, SLOW_AFTER_MS);
    patience.unref();
    this.#resolveAll(question.hostname, question.options, (error, addresses) => {
      clearTimeout(patience);
      this.#running[lane] -= 1;
      this.#open.delete(question.key);
      if (!slow) this.#slowNames.delete(question.hostname);
      for (const done of question.waiting) done(error, addresses);
      this.#drain();
    });
  }

  #remember(hostname: string): void {
    if (this.#slowNames.size >= SLOW_NAMES_MAX) this.#slowNames.clear();
    this.#slowNames.add(hostname);
  }
}

/** A `lookup` for sockets; share one in a process. */
export function createLookup(resolveAll: ResolveAll = systemLookup): LookupFunction {
  const lanes = new LookupLanes(resolveAll);
  return (hostname, options, done) => {
    const family = isIP(hostname);
    const answer: AllCallback = (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null) done(error, options.all === true ? [] : "");
      else if (options.all === true) done(null, addresses);
      else if (first === undefined) done(new Error(`no address for ${hostname}`), "");
      else done(null, first.address, first.family);
    };
    if (family !== 0) answer(null, [{ address: hostname, family }]);
    else lanes.ask(hostname, { ...options, all: true }, answer);
  };
}
