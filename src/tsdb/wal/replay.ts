import { OperatingError } from "#lib/operating-error";
import type { SeriesRef } from "#model";
import type { Head } from "../head/head.ts";
import { grownUint32 } from "../series/growing-column.ts";
import { readBatch } from "./batch-record.ts";
import { ByteSource } from "./byte-source.ts";
import { readDefinitions } from "./definition-record.ts";
import type { CutMark, HeadDatabase, StoredRow } from "./head-database.ts";
import { LOG_RECORD_VERSION } from "./group-commit.ts";

/** Brings the head back from the log: series first, then rows in the order of their writing. */

/** Inside the part: leads to a salvage. */
export class DamagedLogError extends OperatingError {
  constructor(finding: string) {
    super("head_corrupt", `The log of the head is damaged: ${finding}.`);
  }
}

export interface Replayed {
  readonly nextSeq: number;
  readonly series: number;
  readonly samples: number;
  /** Samples of series whose definition is lost. */
  readonly orphanedSamples: number;
}

export function replay(database: HeadDatabase, head: Head, nowMs: number): Replayed {
  if (!database.isSound()) throw new DamagedLogError("SQLite finds pages out of order");
  let lastSeq = 0;
  const refs = new LogNumbers();
  for (const row of database.definitions()) {
    if (!row.intact) throw new DamagedLogError(`definition ${row.seq} does not match its checksum`);
    lastSeq = Math.max(lastSeq, row.seq);
    restoreDefinitions(row.payload, head, refs);
  }
  const cuts = database.cuts();
  for (const cut of cuts) lastSeq = Math.max(lastSeq, cut.seq);
  let samples = 0;
  let orphanedSamples = 0;
  for (const row of database.rows()) {
    if (!row.intact) throw new DamagedLogError(`row ${row.seq} does not match its checksum`);
    lastSeq = Math.max(lastSeq, row.seq);
    const done = cuts.filter((cut) => concerns(cut, row));
    const inBlock = (timestampMs: number): boolean =>
      done.some((cut) => timestampMs >= cut.minMs && timestampMs < cut.endMs);
    readRow(row, (series, sample) => {
      if (done.length > 0 && inBlock(sample.timestampMs)) return;
      const ref = refs.get(series);
      if (ref === 0) {
        orphanedSamples += 1;
        return;
      }
      head.restore(ref, sample, nowMs, row.seq);
      samples += 1;
    });
  }
  return { nextSeq: lastSeq + 1, series: head.index.count, samples, orphanedSamples };
}

function concerns(cut: CutMark, row: StoredRow): boolean {
  return row.seq <= cut.seq && row.minMs < cut.endMs && row.maxMs >= cut.minMs;
}

function restoreDefinitions(payload: Uint8Array, head: Head, refs: LogNumbers): void {
  readDefinitions(payload, {
    pairId: (name, value) => head.index.internPair(name, value),
    series: (number, pairs, metadata) => {
      refs.set(number, head.restoreSeries(number, pairs, metadata));
    },
    assignment: (number, metadata) => {
      const ref = refs.get(number);
      if (ref !== 0) head.restoreMetadata(ref, metadata);
    },
  });
}

function readRow(row: StoredRow, take: Parameters<typeof readBatch>[1]): void {
  const source = new ByteSource(row.payload);
  const version = source.byte();
  if (version === 0 || version > LOG_RECORD_VERSION)
    throw new DamagedLogError(`row ${row.seq} has version ${version}`);
  for (let left = source.varint(); left > 0; left--)
    readBatch(new ByteSource(source.section()), take);
}

/** From a series' number in the log to its ref in this process; 0 where it is unknown. */
class LogNumbers {
  #refs: Uint32Array<ArrayBuffer> = new Uint32Array(64);

  set(number: number, ref: SeriesRef): void {
    this.#refs = grownUint32(this.#refs, number + 1);
    this.#refs[number] = ref;
  }

  get(number: number): SeriesRef | 0 {
    return (this.#refs[number] ?? 0) as SeriesRef | 0;
  }
}
