import { randomUUID } from "node:crypto";
import type { Clock } from "#lib/clock";
import type { LatestSeries } from "#model";
import { writeBody } from "./body-writer.ts";
import { type Cut, takeCut } from "./cut.ts";
import { gzipBody } from "./gzip-body.ts";
import { kindKey } from "./kind-key.ts";
import { SNAPSHOT_LIMITS, type SnapshotLimits } from "./limits.ts";
import { Pacer } from "./pacer.ts";
import { SnapshotRefusal } from "./snapshot-refusal.ts";
import type { RefusedReply, SnapshotReply } from "./snapshot-reply.ts";
import type { SnapshotRequest, StreamedBody } from "./snapshot-source.ts";
import type { TenantView } from "./tenant-view.ts";
import { ViewStore } from "./view-store.ts";

/** Told what was made and refused; for the process' own metrics and log. */
export interface SnapshotObserver {
  rendered(render: SnapshotRender): void;
  refused(refusal: SnapshotRefusal): void;
}

/** One body that was made. */
export interface SnapshotRender {
  readonly seriesCount: number;
  readonly byteLength: number;
  /** From the request until the body was ready (streamed: read), pauses included. */
  readonly durationMs: number;
}

/** What a renderer is made of. */
export interface SnapshotRendererOptions {
  readonly latest: LatestSeries;
  readonly clock: Clock;
  readonly limits?: Partial<SnapshotLimits>;
  readonly observer?: SnapshotObserver;
}

/** Under which circumstances a version stands. */
interface RenderedVersion {
  readonly version: string;
  readonly structureVersion: number;
  readonly appendCount: number;
  readonly takenMs: number;
  readonly validUntilMs: number;
}

/**
 * Makes snapshots in the engine's thread. It keeps series lists and line prefixes, and no bodies:
 * those go to the asker, who says which version he still holds (snapshot-client.ts).
 */
export class SnapshotRenderer {
  readonly #latest: LatestSeries;
  readonly #clock: Clock;
  readonly #limits: SnapshotLimits;
  readonly #observer: SnapshotObserver | undefined;
  readonly #views: ViewStore;
  /** By view and kind of body; forgotten together with the view. */
  #versions = new WeakMap<TenantView, Map<string, RenderedVersion>>();
  /** Versions of another process or another engine's life never look like ours. */
  readonly #epoch = randomUUID();
  #nextVersion = 1;
  #isClosed = false;

  constructor(options: SnapshotRendererOptions) {
    this.#latest = options.latest;
    this.#clock = options.clock;
    this.#limits = { ...SNAPSHOT_LIMITS, ...options.limits };
    this.#observer = options.observer;
    this.#views = new ViewStore(options.latest, this.#limits);
  }

  /** Series lists that are kept, and the bytes of their prefixes. */
  get memory(): { readonly views: number; readonly prefixBytes: number } {
    return { views: this.#views.viewCount, prefixBytes: this.#views.prefixBytes };
  }

  /**
   * Makes the body, unless that of `ifVersion` still stands or it is large. The chunks are the
   * caller's. Rejects with `SnapshotRefusal`.
   */
  async render(
    request: SnapshotRequest,
    ifVersion: string | null = null,
    signal?: AbortSignal,
  ): Promise<SnapshotReply> {
    return await this.#onView(request, async (view) => {
      if (ifVersion !== null && this.#stands(view, request, ifVersion)) {
        return { kind: "unchanged" };
      }
      const isLarge = view.seriesCount >= this.#limits.streamedSeriesMin;
      // Compressed it is small again.
      if (isLarge && request.encoding === "identity") return { kind: "large" };
      return await this.#make(view, request, signal);
    });
  }

  /**
   * A body that is made as it is read. Nothing that is known to be too long is begun: where the
   * longest that it could be passes the limit, it is made as a whole first.
   */
  async stream(request: SnapshotRequest, signal?: AbortSignal): Promise<StreamedBody> {
    return await this.#onView(request, async (view) => {
      const startMs = this.#clock.monotonicMs();
      const cut = this.#cut(view, request);
      const chunks = writeBody(cut, request.format, new Pacer(this.#limits.sliceMs, signal));
      const isSure = cut.byteLengthMax <= this.#limits.bodyBytesMax;
      const sure = isSure ? chunks : await collect(this.#limited(chunks));
      const { seriesCount } = cut;
      return { kind: "streamed", seriesCount, chunks: this.#observed(sure, seriesCount, startMs) };
    });
  }

  /** `render` for another thread: a refusal is an answer too, so that nothing of it is lost. */
  async answer(
    request: SnapshotRequest,
    ifVersion: string | null,
    signal: AbortSignal,
  ): Promise<SnapshotReply> {
    return await this.render(request, ifVersion, signal).catch(refusedReply);
  }

  /** `stream` for another thread. */
  async answerStream(
    request: SnapshotRequest,
    signal: AbortSignal,
  ): Promise<StreamedBody | RefusedReply> {
    return await this.stream(request, signal).catch(refusedReply);
  }

  /** Takes over limits while running; bodies made under other limits do not stand any more. */
  reconfigure(limits: Partial<SnapshotLimits>): void {
    Object.assign(this.#limits, limits);
    this.#versions = new WeakMap();
  }

  /** To be called now and then, so that idle lists go even while no request comes. */
  sweep(): void {
    this.#views.sweep(this.#clock.nowMs());
  }

  close(): void {
    this.#isClosed = true;
    this.#views.close();
  }

  async #onView<Answer>(
    request: SnapshotRequest,
    work: (view: TenantView) => Promise<Answer>,
  ): Promise<Answer> {
    try {
      if (this.#isClosed) throw notReady();
      const nowMs = this.#clock.nowMs();
      return await work(await this.#views.current(request.entitlement, request.escaping, nowMs));
    } catch (error) {
      if (error instanceof SnapshotRefusal) this.#observer?.refused(error);
      throw error;
    } finally {
      this.#views.sweep(this.#clock.nowMs());
    }
  }

  async #make(
    view: TenantView,
    request: SnapshotRequest,
    signal: AbortSignal | undefined,
  ): Promise<SnapshotReply> {
    const startMs = this.#clock.monotonicMs();
    const pacer = new Pacer(this.#limits.sliceMs, signal);
    const cut = this.#cut(view, request);
    const version = this.#remember(view, request, cut);
    const chunks = this.#limited(writeBody(cut, request.format, pacer));
    const written = request.encoding === "gzip" ? [await gzipBody(chunks)] : await collect(chunks);
    const byteLength = written.reduce((sum, chunk) => sum + chunk.length, 0);
    const { seriesCount } = cut;
    const durationMs = this.#clock.monotonicMs() - startMs;
    this.#observer?.rendered({ seriesCount, byteLength, durationMs });
    const body = { kind: "whole", chunks: written, byteLength, seriesCount } as const;
    return { kind: "body", version, body };
  }

  /** Reports the body once it has been read to its end. */
  async *#observed(
    chunks: Iterable<Uint8Array<ArrayBuffer>> | AsyncIterable<Uint8Array<ArrayBuffer>>,
    seriesCount: number,
    startMs: number,
  ): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    let byteLength = 0;
    for await (const chunk of chunks) {
      byteLength += chunk.length;
      yield chunk;
    }
    const durationMs = this.#clock.monotonicMs() - startMs;
    this.#observer?.rendered({ seriesCount, byteLength, durationMs });
  }

  #cut(view: TenantView, { format, timestamps }: SnapshotRequest): Cut {
    const { lookbackMs, futureToleranceMs, seriesPerScrapeMax } = this.#limits;
    return takeCut(view, this.#latest, {
      format,
      timestamps,
      nowMs: this.#clock.nowMs(),
      windowMs: Math.min(lookbackMs, view.entitlement.maxAgeMs ?? Infinity),
      futureToleranceMs,
      seriesMax: seriesPerScrapeMax,
    });
  }

  #remember(view: TenantView, request: SnapshotRequest, cut: Cut): string {
    const version = `${this.#epoch}.${this.#nextVersion++}`;
    const versions = this.#versions.get(view) ?? new Map<string, RenderedVersion>();
    versions.set(kindKey(request), {
      version,
      structureVersion: view.structureVersion,
      appendCount: this.#latest.appendCount,
      takenMs: cut.takenMs,
      validUntilMs: cut.validUntilMs,
    });
    this.#versions.set(view, versions);
    return version;
  }

  #stands(view: TenantView, request: SnapshotRequest, version: string): boolean {
    const known = this.#versions.get(view)?.get(kindKey(request));
    const nowMs = this.#clock.nowMs();
    return (
      known?.version === version &&
      known.structureVersion === view.structureVersion &&
      known.appendCount === this.#latest.appendCount &&
      // A clock that went back can bring a sample back into the window.
      nowMs >= known.takenMs &&
      nowMs <= known.validUntilMs
    );
  }

  async *#limited(
    chunks: AsyncIterable<Uint8Array<ArrayBuffer>>,
  ): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const { bodyBytesMax } = this.#limits;
    let bytes = 0;
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > bodyBytesMax) throw bodyTooLong(bodyBytesMax);
      yield chunk;
    }
  }
}

async function collect(
  chunks: AsyncIterable<Uint8Array<ArrayBuffer>>,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const collected: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of chunks) collected.push(chunk);
  return collected;
}

/** What another thread is told of a refusal; anything else stays an error. */
function refusedReply(error: unknown): RefusedReply {
  if (!(error instanceof SnapshotRefusal)) throw error;
  const { code, message, operatorDetail } = error;
  return { kind: "refused", code, message, operatorDetail };
}

function notReady(): SnapshotRefusal {
  return new SnapshotRefusal("not_ready", "The store is not open; try again in a few seconds.");
}

function bodyTooLong(max: number): SnapshotRefusal {
  return new SnapshotRefusal(
    "body_bytes_limit",
    `This snapshot is longer than ${max} bytes, the most that may be scraped at once; ask the operator to narrow the entitlement or to raise the limit.`,
  );
}
