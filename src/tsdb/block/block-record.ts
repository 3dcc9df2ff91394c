import { crc32 } from "node:zlib";
import { ByteReader } from "../chunk/byte-reader.ts";
import type { ByteWriter } from "../chunk/byte-writer.ts";

/**
 * A block is a SQLite file of plain records: each table has an integer key and a blob. SQLite says
 * where a record lies; whether it is the right one and whole is ours to know, so each ends with a
 * CRC-32 that goes on from a seed made of table and key. A record that strayed to another key, or of
 * which one bit flipped, is recognized when it is read. Format: docs/formats/block.md.
 */
export const RECORD_TABLES = [
  "meta",
  "chunk",
  "times",
  "series_page",
  "pair_page",
  "postings",
  "metadata",
] as const;

export type RecordTable = (typeof RECORD_TABLES)[number];

/** Keys of a table are below this, so that table and key fit the seed. */
export const RECORD_KEY_END = 2 ** 28;

const CHECKSUM_BYTES = 4;

function seedOf(table: RecordTable, key: number): number {
  return ((RECORD_TABLES.indexOf(table) + 1) * RECORD_KEY_END + key) >>> 0;
}

/** Appends the checksum to the record that `record` holds, and returns it. */
export function sealRecord(record: ByteWriter, table: RecordTable, key: number): number {
  const checksum = crc32(record.written(), seedOf(table, key));
  record.writeUint32(checksum);
  return checksum;
}

/** A reader over the record without its checksum; throws a RangeError if that does not fit. */
export function openRecord(bytes: Uint8Array, table: RecordTable, key: number): ByteReader {
  const end = bytes.length - CHECKSUM_BYTES;
  if (end < 0) throw new RangeError(`record ${table} ${key} is too short`);
  const reader = new ByteReader(bytes, 0, end);
  if (crc32(bytes.subarray(0, end), seedOf(table, key)) !== checksumOf(reader)) {
    throw new RangeError(`record ${table} ${key} fails its checksum`);
  }
  return reader;
}

/** The stored checksum of a record. */
export function checksumOf(reader: ByteReader): number {
  return reader.view.getUint32(reader.end, true);
}
