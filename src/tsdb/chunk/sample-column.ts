import type { SampleColumns } from "#model";
import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { decodeHistogramRuns, encodeHistogramRuns } from "./histogram-runs.ts";
import {
  type ColumnSlice,
  decodeValueColumn,
  encodeValueColumn,
  HISTOGRAM_FORM,
} from "./value-column.ts";

/** The value column of a series with or without histograms. Format: docs/formats/chunk.md. */
export function encodeSampleColumn(samples: SampleColumns, out: ByteWriter): void {
  const { values, length, histograms } = samples;
  if (histograms === null) {
    encodeValueColumn(values, length, out);
    return;
  }
  out.writeByte(HISTOGRAM_FORM);
  encodeValueColumn(values, length, out);
  encodeHistogramRuns(histograms, length, out);
}

/** Decodes the slice into the places from `into.length` on, for which there is room. */
export function decodeSampleColumn(
  reader: ByteReader,
  slice: ColumnSlice,
  into: SampleColumns,
): void {
  const hasHistograms = reader.bytes[reader.position] === HISTOGRAM_FORM;
  if (hasHistograms) reader.skip(1);
  decodeValueColumn(reader, slice, into.values, into.length);
  if (hasHistograms) decodeHistogramRuns(reader, slice, into);
}
