import { type Entitlement, entitlementKey } from "#access";
import { kindKey } from "./kind-key.ts";
import { SnapshotRefusal } from "./snapshot-refusal.ts";
import type { SnapshotReply } from "./snapshot-reply.ts";
import type { SnapshotBody, SnapshotRequest, SnapshotSource } from "./snapshot-source.ts";

/** `SnapshotRenderer.answer`, here or in another thread. */
export type SnapshotCall = (
  request: SnapshotRequest,
  ifVersion: string | null,
  signal: AbortSignal,
) => Promise<SnapshotReply>;

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
  readonly body: SnapshotBody;
  readonly version: string;
  readonly idle: NodeJS.Timeout;
}

/** One rendering that any number of requests wait for. */
interface Flight {
  readonly promise: Promise<SnapshotBody>;
  readonly abort: AbortController;
  waiting: number;
}

/**
 * Where the requests are: one body serves all scrapers of an entitlement.
 *
 * Requests for the same body that come while it is being made share the making. A body that was
 * made stays for a few seconds, and is sent again for as long as the renderer says that nothing in
 * it has changed; it is let go before the next one is made. The key is a hash of the whole
 * entitlement, each field with its length, so no tenant can be served another's body
 * (attacks F52, F53 of the isolation checklist).
 */
export class SnapshotClient implements SnapshotSource {
  readonly #call: SnapshotCall;
  readonly #bodyIdleMs: number;
  readonly #heldBytesMax: number;
  /** The longest unused first. */
  readonly #held = new Map<string, HeldBody>();
  readonly #flights = new Map<string, Flight>();
  readonly #keys = new WeakMap<Entitlement, string>();
  #heldBytes = 0;

  constructor(call: SnapshotCall, options: SnapshotClientOptions = {}) {
    this.#call = call;
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
      return await Promise.race([flight.promise, given.promise]);
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
    if (this.#flights.get(key) !== flight) return;
    this.#flights.delete(key);
    flight.abort.abort();
  }

  async #fetch(key: string, request: SnapshotRequest, signal: AbortSignal): Promise<SnapshotBody> {
    const held = this.#held.get(key);
    if (held !== undefined) {
      const reply = await this.#ask(request, held.version, signal);
      if (reply.kind === "unchanged") {
        this.#hold(key, held.body, held.version);
        return held.body;
      }
      this.#letGo(key);
    }
    return this.#fetchNew(key, request, signal);
  }

  async #fetchNew(
    key: string,
    request: SnapshotRequest,
    signal: AbortSignal,
  ): Promise<SnapshotBody> {
    const reply = await this.#ask(request, null, signal);
    if (reply.kind !== "body") throw new Error(`asked for a body, got ${reply.kind}`);
    const { chunks, byteLength, seriesCount, version } = reply;
    const body = { chunks, byteLength, seriesCount };
    this.#hold(key, body, version);
    return body;
  }

  async #ask(
    request: SnapshotRequest,
    ifVersion: string | null,
    signal: AbortSignal,
  ): Promise<SnapshotReply> {
    const reply = await this.#call(request, ifVersion, signal);
    if (reply.kind !== "refused") return reply;
    throw new SnapshotRefusal(reply.code, reply.message, reply.operatorDetail);
  }

  #hold(key: string, body: SnapshotBody, version: string): void {
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

function canceled(): SnapshotRefusal {
  return new SnapshotRefusal("canceled", "The request was canceled before its body was ready.");
}
