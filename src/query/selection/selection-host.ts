import { OperatingError } from "#lib/operating-error";
import { toWireError } from "#lib/wire-error";
import type { Queryable, SelectedSeries } from "#model";
import type { QueryView } from "../query-request.ts";
import type { FromStore, SelectionRequest, StoreLine, ToStore } from "./messages.ts";
import { LabelPacker } from "./pack-labels.ts";
import { buffersOf, packSamples } from "./pack-samples.ts";

interface SelectionHostDeps {
  /** The store as this view shows it, at the present moment. */
  queryableFor(view: QueryView): Queryable;
  /** Hears of every failure; the query's thread gets only what its caller may know. */
  onFailure(error: unknown): void;
}

/** How long series are gathered before others in the store's thread get their turn. */
const SLICE_MS = 5;

/** Serves one query thread's selections in the store's thread, until the line is closed. */
export function hostSelections({ port, bell }: StoreLine, deps: SelectionHostDeps): void {
  const bellWord = new Int32Array(bell);
  const post = (message: FromStore, transfer: ArrayBuffer[] = []): void => {
    port.postMessage(message, transfer);
    Atomics.add(bellWord, 0, 1);
    Atomics.notify(bellWord, 0);
  };
  let held = new Held();

  port.on("message", (message: ToStore) => {
    switch (message.kind) {
      case "release":
        held.release();
        held = new Held();
        return;
      case "select":
        void select(message.id, message.request, held, deps).then(post);
        return;
      case "read": {
        const { id, from } = message;
        const selection = held.selections.get(id);
        if (selection === undefined) return;
        try {
          const samples = packSamples(selection, from);
          post({ kind: "samples", id, from, samples }, buffersOf(samples));
        } catch (error) {
          deps.onFailure(error);
          post({ kind: "failed", id, error: toWireError(error) });
        }
      }
    }
  });
  port.on("close", () => held.release());
}

/** What one query has selected so far. */
class Held {
  readonly selections = new Map<number, readonly SelectedSeries[]>();
  readonly readable = new DisposableStack();
  #isReleased = false;

  get isReleased(): boolean {
    return this.#isReleased;
  }

  release(): void {
    this.#isReleased = true;
    this.selections.clear();
    this.readable.dispose();
  }
}

async function select(
  id: number,
  { view, matchers, minMs, maxMs, seriesMax }: SelectionRequest,
  held: Held,
  deps: SelectionHostDeps,
): Promise<FromStore> {
  try {
    const found: SelectedSeries[] = [];
    const packer = new LabelPacker();
    let sliceEndMs = performance.now() + SLICE_MS;
    const selection = deps.queryableFor(view).select(matchers, { minMs, maxMs }, held.readable);
    for await (const series of selection) {
      if (found.length === seriesMax) throw tooManySeries(seriesMax);
      found.push(series);
      packer.add(series.labels);
      if (performance.now() < sliceEndMs) continue;
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (held.isReleased) break;
      sliceEndMs = performance.now() + SLICE_MS;
    }
    held.selections.set(id, found);
    return { kind: "selected", id, series: packer.finish() };
  } catch (error) {
    deps.onFailure(error);
    return { kind: "failed", id, error: toWireError(error) };
  }
}

function tooManySeries(seriesMax: number): OperatingError {
  return new OperatingError(
    "query_series_limit",
    `a selector of the query means more than ${seriesMax} series: narrow it with further labels`,
  );
}
