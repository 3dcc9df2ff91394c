import type { ByteReader } from "../chunk/byte-reader.ts";
import type { ByteWriter } from "../chunk/byte-writer.ts";
import { DataFolderNewerError } from "../errors.ts";
import { readText, writeText } from "./text-field.ts";

/** Written into every block. Version 1 is the same without native histograms, and is read. */
export const BLOCK_FORMAT_VERSION = 2;

export type BlockSource = "head" | "import" | "compaction";

/** What a block says of itself. */
export interface BlockMeta {
  readonly version: number;
  /** Unique in the folder; part of the file's name. */
  readonly id: string;
  /** Of the first and the last sample, both inside. */
  readonly minMs: number;
  readonly maxMs: number;
  readonly series: number;
  readonly samples: number;
  readonly source: BlockSource;
  /**
   * Age for the rule «newest-written wins»: where two blocks have a sample of one series at one
   * time, that of the higher rank counts. A merged block has the highest rank of its parents.
   */
  readonly rank: number;
  /** Ids of the blocks that this one replaces. */
  readonly parents: readonly string[];
  /** Sizes of the tables, so that a missing record is noticed. */
  readonly times: number;
  readonly pairs: number;
  readonly metadata: number;
  /** Sum of the checksums of all other records, modulo 2^32. */
  readonly checksum: number;
}

/** A block as it lies in the folder. */
export interface BlockInfo extends BlockMeta {
  readonly fileName: string;
  readonly sizeBytes: number;
}

export function writeBlockMeta(meta: BlockMeta, out: ByteWriter): void {
  writeText(JSON.stringify(meta), out);
}

/** Throws a RangeError where the text is no metadata, `data_folder_newer` for a later version. */
export function readBlockMeta(reader: ByteReader, fileName: string): BlockMeta {
  const meta = JSON.parse(readText(reader)) as BlockMeta;
  if (!(meta.version >= 1)) throw new RangeError(`format version ${meta.version}`);
  if (meta.version > BLOCK_FORMAT_VERSION) {
    throw new DataFolderNewerError(fileName, String(meta.version), BLOCK_FORMAT_VERSION);
  }
  return meta;
}

const FILE_NAME = /^(-?\d+)-(-?\d+)-([0-9a-z]{8,40})\.db$/;

export function blockFileName(meta: Pick<BlockMeta, "id" | "minMs" | "maxMs">): string {
  return `${meta.minMs}-${meta.maxMs}-${meta.id}.db`;
}

/** The id in a block's file name, or null where the name is no block's. */
export function blockIdOf(fileName: string): string | null {
  return FILE_NAME.exec(fileName)?.[3] ?? null;
}

/** Ids begin with the rank, so that a writer sees the ranks of a folder from the names alone. */
const RANK_DIGITS = 9;

export function newBlockId(rank: number): string {
  const random = crypto.getRandomValues(new Uint32Array(2));
  const tail = Array.from(random, (word) => word.toString(36).padStart(7, "0")).join("");
  return rank.toString(36).padStart(RANK_DIGITS, "0") + tail;
}

export function rankOfId(id: string): number {
  return Number.parseInt(id.slice(0, RANK_DIGITS), 36);
}
