import { receiveMessageOnPort } from "node:worker_threads";
import { fromWireError } from "#lib/wire-error";
import type { Labels, Matcher } from "#model";
import type { PromqlStorage, SeriesSamples, StoredSeries } from "#promql";
import type { QueryView } from "../query-request.ts";
import type { FromStore, PackedSamples, StoreLine, ToStore } from "./messages.ts";
import { unpackLabels } from "./pack-labels.ts";

/** How long the thread sleeps before it looks whether its query shall stop. */
const WAIT_MS = 20;

/** The store's thread as a query thread sees it. Every call waits for its answer. */
export class RemoteStorage {
  readonly #line: StoreLine;
  readonly #bell: Int32Array;
  readonly #seriesMax: number;
  /** Throws where the query shall stop. */
  readonly #checkStop: () => void;
  /** Answers that came while another was waited for. */
  readonly #early: FromStore[] = [];
  #nextId = 1;
  #samplesRead = 0;

  constructor(line: StoreLine, seriesMax: number, checkStop: () => void) {
    this.#line = line;
    this.#seriesMax = seriesMax;
    this.#bell = new Int32Array(line.bell);
    this.#checkStop = checkStop;
  }

  /** Samples that the store has handed over for the query under way. */
  get samplesRead(): number {
    return this.#samplesRead;
  }

  /** What one query may see of the store, until `release`. */
  viewedAs(view: QueryView): PromqlStorage {
    return {
      select: async (matchers, minMs, maxMs) => this.#select(view, matchers, minMs, maxMs),
    };
  }

  /** Ends the query: what it selected is let go of. */
  release(): void {
    this.post({ kind: "release" });
    this.#early.length = 0;
    this.#samplesRead = 0;
  }

  post(message: ToStore): void {
    this.#line.port.postMessage(message, []);
  }

  /** The answer for that selection; answers to earlier queries are dropped. */
  receive(id: number, isWanted: (answer: FromStore) => boolean): FromStore {
    for (;;) {
      const rings = Atomics.load(this.#bell, 0);
      const answer = this.#next((one) => one.id === id && (one.kind === "failed" || isWanted(one)));
      if (answer === null) {
        this.#checkStop();
        Atomics.wait(this.#bell, 0, rings, WAIT_MS);
      } else if (answer.kind === "failed") {
        throw fromWireError(answer.error);
      } else {
        if (answer.kind === "samples") this.#samplesRead += answer.samples.values.length;
        return answer;
      }
    }
  }

  #next(isWanted: (answer: FromStore) => boolean): FromStore | null {
    const known = this.#early.findIndex(isWanted);
    if (known !== -1) return this.#early.splice(known, 1)[0] ?? null;
    for (;;) {
      const received = receiveMessageOnPort(this.#line.port);
      if (received === undefined) return null;
      const answer = received.message as FromStore;
      if (isWanted(answer)) return answer;
      this.#early.push(answer);
    }
  }

  #select(
    view: QueryView,
    matchers: readonly Matcher[],
    minMs: number,
    maxMs: number,
  ): readonly StoredSeries[] {
    const id = this.#nextId++;
    this.post({
      kind: "select",
      id,
      request: { view, matchers, minMs, maxMs, seriesMax: this.#seriesMax },
    });
    const answer = this.receive(id, ({ kind }) => kind === "selected");
    if (answer.kind !== "selected") return [];
    const all = unpackLabels(answer.series);
    const selection = new RemoteSelection(this, id, all.length);
    return all.map((labels, index) => new RemoteSeries(labels, selection, index));
  }
}

/** The samples of one selection: the batch that is being read, and the next one on its way. */
class RemoteSelection {
  readonly #storage: RemoteStorage;
  readonly #id: number;
  readonly #length: number;
  #batch: Batch | null = null;
  /** The index from which on a batch has been asked for; null: none is under way. */
  #coming: number | null = null;

  constructor(storage: RemoteStorage, id: number, length: number) {
    this.#storage = storage;
    this.#id = id;
    this.#length = length;
  }

  samplesOf(index: number): SeriesSamples {
    let batch = this.#batch;
    if (batch === null || !batch.has(index)) {
      const next = this.#fetch(index);
      // Samples are valid until the next series is read. Left to the collector, batches would make
      // it go over the whole heap, once a query.
      this.#batch?.free();
      batch = next;
      this.#batch = batch;
    }
    return batch.samplesOf(index);
  }

  #fetch(index: number): Batch {
    if (this.#coming !== index) this.#ask(index);
    const answer = this.#storage.receive(
      this.#id,
      (one) => one.kind === "samples" && one.from === index,
    );
    this.#coming = null;
    const batch = new Batch(index, (answer as Extract<FromStore, { kind: "samples" }>).samples);
    // While this batch is evaluated, the store's thread reads the next one.
    if (batch.end < this.#length) this.#ask(batch.end);
    return batch;
  }

  #ask(from: number): void {
    this.#storage.post({ kind: "read", id: this.#id, from });
    this.#coming = from;
  }
}

class RemoteSeries implements StoredSeries {
  readonly labels: Labels;
  readonly #selection: RemoteSelection;
  readonly #index: number;

  constructor(labels: Labels, selection: RemoteSelection, index: number) {
    this.labels = labels;
    this.#selection = selection;
    this.#index = index;
  }

  samples(): SeriesSamples {
    return this.#selection.samplesOf(this.#index);
  }
}

/** Views into the columns of a batch, found by the series' index in the selection. */
class Batch {
  readonly #from: number;
  readonly #samples: PackedSamples;
  /** Where each series' values begin. */
  readonly #starts: Uint32Array;
  /** A view of each time column: the same object for all series that have it. */
  readonly #times: Float64Array[] = [];

  constructor(from: number, samples: PackedSamples) {
    this.#from = from;
    this.#samples = samples;
    const count = samples.series.length / 2;
    this.#starts = new Uint32Array(count);
    for (let i = 1; i < count; i++) {
      this.#starts[i] = (this.#starts[i - 1] as number) + (samples.series[2 * i - 1] as number);
    }
  }

  free(): void {
    this.#samples.values.buffer.transfer(0);
    this.#samples.timestampsMs.buffer.transfer(0);
  }

  get end(): number {
    return this.#from + this.#starts.length;
  }

  has(index: number): boolean {
    return index >= this.#from && index < this.end;
  }

  samplesOf(index: number): SeriesSamples {
    const at = index - this.#from;
    const { series, timeColumns, timestampsMs, values, histograms } = this.#samples;
    const length = series[2 * at + 1] as number;
    const number = series[2 * at] as number;
    const times = timeColumns[number] as number;
    const start = this.#starts[at] as number;
    this.#times[number] ??= timestampsMs.subarray(times, times + length);
    return {
      length,
      timestampsMs: this.#times[number],
      values: values.subarray(start, start + length),
      histograms: histograms.get(at) ?? null,
      startTimestampsMs: null,
    };
  }
}
