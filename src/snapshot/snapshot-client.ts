import { type Entitlement, entitlementKey } from "#access";
import { kindKey } from "./kind-key.ts";
import { SharedStream } from "./shared-stream.ts";
import { SnapshotRefusal } from "./snapshot-refusal.ts";
import type { RefusedReply, SnapshotReply } from "./snapshot-reply.ts";
import type {
  SnapshotBody,
  SnapshotRequest,
  SnapshotSource,
  StreamedBody,
  WholeBody,
} from "./snapshot-source.ts";

/** A `SnapshotRenderer`, here or in another thread. */
export interface SnapshotAnswers {
  answer(
    request: SnapshotRequest,
    ifVersion: string | null,
    signal: AbortSignal,
  ): Promise<SnapshotReply>;
  /** The signal ends the asking; a stream that was given ends by its `return`. */
  answerStream(request: SnapshotRequest, signal: AbortSignal): Promise<StreamedBody | RefusedReply>;
}

/** Limits of the bodies that are held. */
export interface SnapshotClientOptions {
  /** A body that no request has used for this long is let go. Default 10 s. */
  readonly bodyIdleMs?: number;
  /** All held bodies together; above it the longest unused are let go. Default 256 MiB. */
  readonly heldBytesMax?: number;
}

const BODY_IDLE_MS = 10_000;
const HELD_BYTES_MAX = 256 * 1024 * 1024;

interface HeldBody {
  readonly body: WholeBody;
  readonly version: string;
  readonly idle: NodeJS.Timeout;
}

/** One rendering that any number of requests wait for. */
interface Flight {
  readonly promise: Promise<WholeBody | SharedStream>;
  readonly abort: AbortController;
  waiting: number;
}

/**
 * Where the requests are: one body serves all scrapers of an entitlement.
 *
 * Requests for the same body that come while it is being made share the making. A body that was
 * made stays for a few seconds, and is sent again for as long as the renderer says that nothing in
 * it has changed; large ones are never held, but sent while they are made. The key is a hash of the
 * whole entitlement, each field with its length, so no tenant can be served another's body
 * (attacks F52, F53 of the isolation checklist).
 */
export class SnapshotClient implements SnapshotSource {
  readonly #renderer: SnapshotAnswers;
  readonly #bodyIdleMs: number;
  readonly #heldBytesMax: number;
  /** The longest unused first. */
  readonly #held = new Map<string, HeldBody>();
  readonly #flights = new Map<string, Flight>();
  readonly #keys = new WeakMap<Entitlement, string>();
  #heldBytes = 0;

  constructor(renderer: SnapshotAnswers, options: SnapshotClientOptions = {}) {
    this.#renderer = renderer;
    this.#bodyIdleMs = options.bodyIdleMs ?? BODY_IDLE_MS;
    this.#heldBytesMax = options.heldBytesMax ?? HELD_BYTES_MAX;
  }

  /** Bytes of the bodies that are held for later requests. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  async snapshot(request: SnapshotRequest, signal?: AbortSignal): Promise<SnapshotBody> {
    if (signal?.aborted === true) throw canceled();
    const key = this.#keyOf(request);
    const flight = this.#flights.get(key) ?? this.#start(key, request);
    flight.waiting += 1;
    const given = Promise.withResolvers<never>();
    const giveUp = (): void => given.reject(canceled());
    signal?.addEventListener("abort", giveUp, { once: true });
    try {
      const landed = await Promise.race([flight.promise, given.promise]);
      // All that waited read from here on: nobody has asked for a second chunk yet.
      return landed instanceof SharedStream ? landed.reader() : landed;
    } finally {
      signal?.removeEventListener("abort", giveUp);
      flight.waiting -= 1;
      if (flight.waiting === 0) this.#leave(key, flight);
    }
  }

  /** Lets all bodies go. */
  close(): void {
    for (const key of this.#held.keys()) this.#letGo(key);
  }

  #start(key: string, request: SnapshotRequest): Flight {
    const abort = new AbortController();
    const promise = this.#fetch(key, request, abort.signal);
    const flight: Flight = { promise, abort, waiting: 0 };
    this.#flights.set(key, flight);
    const land = (): void => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    };
    promise.then(land, land);
    return flight;
  }

  /** Nobody waits any more: the work is given up, and a later request begins anew. */
  #leave(key: string, flight: Flight): void {
    flight.promise.then(endUnread, () => undefined);
    if (this.#flights.get(key) !== flight) return;
    this.#flights.delete(key);
    flight.abort.abort();
  }

  async #fetch(
    key: string,
    request: SnapshotRequest,
    signal: AbortSignal,
  ): Promise<WholeBody | SharedStream> {
    const held = this.#held.get(key);
    const reply = await this.#renderer.answer(request, held?.version ?? null, signal);
    if (reply.kind === "refused") throw refusalOf(reply);
    if (held !== undefined && reply.kind === "unchanged") {
      this.#hold(key, held.body, held.version);
      return held.body;
    }
    this.#letGo(key);
    if (reply.kind === "large") return await this.#fetchStream(request, signal);
    if (reply.kind !== "body") throw new Error(`asked for a body, got ${reply.kind}`);
    this.#hold(key, reply.body, reply.version);
    return reply.body;
  }

  async #fetchStream(request: SnapshotRequest, signal: AbortSignal): Promise<SharedStream> {
    const reply = await this.#renderer.answerStream(request, signal);
    if (reply.kind === "refused") throw refusalOf(reply);
    return new SharedStream(reply);
  }

  #hold(key: string, body: WholeBody, version: string): void {
    this.#letGo(key);
    if (body.byteLength > this.#heldBytesMax) return;
    const idle = setTimeout(() => this.#letGo(key), this.#bodyIdleMs);
    idle.unref();
    this.#held.set(key, { body, version, idle });
    this.#heldBytes += body.byteLength;
    for (const oldest of this.#held.keys()) {
      if (this.#heldBytes <= this.#heldBytesMax) break;
      this.#letGo(oldest);
    }
  }

  #letGo(key: string): void {
    const held = this.#held.get(key);
    if (held === undefined) return;
    clearTimeout(held.idle);
    this.#held.delete(key);
    this.#heldBytes -= held.body.byteLength;
  }

  #keyOf(request: SnapshotRequest): string {
    const { entitlement } = request;
    const known = this.#keys.get(entitlement);
    const key = known ?? entitlementKey(entitlement);
    if (known === undefined) this.#keys.set(entitlement, key);
    return `${request.escaping} ${kindKey(request)} ${key}`;
  }
}

/** Where all that waited had given up in the moment in which it landed. */
async function endUnread(landed: WholeBody | SharedStream): Promise<void> {
  if (landed instanceof SharedStream) await landed.endUnread();
}

function refusalOf({ code, message, operatorDetail }: RefusedReply): SnapshotRefusal {
  return new SnapshotRefusal(code, message, operatorDetail);
}

function canceled(): SnapshotRefusal {
  return new SnapshotRefusal("canceled", "The request was canceled before its body was ready.");
}
