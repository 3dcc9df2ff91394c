import type { BlockSetOptions, StoreOptions } from "#tsdb";
import { formatDuration } from "#lib/duration";
import { section } from "../schema/collections.ts";
import { byteSize, duration, integer, path } from "../schema/scalars.ts";
import { defaulted, type ValueOf } from "../schema/schema.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export const storageSchema = section(
  {
    path: defaulted(
      path(),
      "data",
      "The folder with everything that is kept: samples, tenants, clients.",
    ),
    retention_time: defaulted(
      duration({ min: HOUR_MS, max: 100 * 365 * DAY_MS }),
      "15d",
      "How long samples are kept.",
      { reload: "live" },
    ),
    retention_size: defaulted(
      byteSize(),
      "0",
      "How much the blocks on disk may take; the oldest go first. 0: as much as there is.",
      { reload: "live" },
    ),
    out_of_order_window: defaulted(
      duration({ max: DAY_MS }),
      "30m",
      "How much older than the newest sample of its series a sample may be. 0: not at all.",
    ),
    future_tolerance: defaulted(
      duration({ max: DAY_MS }),
      "10m",
      "How far in the future a sample may lie before it is refused; clocks are never equal.",
    ),
    block_duration: defaulted(
      duration({ min: MINUTE_MS, max: DAY_MS }),
      "30m",
      "The time that one block file covers.",
    ),
    min_free_bytes: defaulted(
      byteSize(),
      "256MB",
      "Free space on the disk below which new samples are refused. Reading goes on.",
      { reload: "live" },
    ),
    series_max: defaulted(
      integer({ min: 1, max: 100_000_000 }),
      "5000000",
      "Series in memory; samples of further ones are refused.",
      { reload: "live" },
    ),
    exemplars_max: defaulted(
      integer({ min: 0, max: 100_000_000 }),
      "100000",
      "Exemplars in memory; the oldest goes first.",
    ),
  },
  {
    check(values, refuse) {
      if (values.retention_time < values.block_duration) {
        const blockDuration = formatDuration(values.block_duration);
        refuse("retention_time", `must be at least block_duration, which is ${blockDuration}`);
      }
      if (values.out_of_order_window > values.retention_time) {
        const retention = formatDuration(values.retention_time);
        refuse("out_of_order_window", `must be at most retention_time, which is ${retention}`);
      }
    },
    refused: {
      tsdb: "Prometheus' own store is not used here; write retention_time and retention_size directly under storage",
      exemplars: "write exemplars_max directly under storage",
    },
  },
);

export interface StorageConfig {
  /** The data folder, absolute. */
  readonly path: string;
  readonly store: Pick<
    StoreOptions,
    | "blockDurationMs"
    | "outOfOrderWindowMs"
    | "futureSkewMs"
    | "seriesMax"
    | "exemplarsMax"
    | "minFreeBytes"
  >;
  readonly blocks: Pick<BlockSetOptions, "retentionMs" | "retentionBytes">;
}

export function toStorageConfig(values: ValueOf<typeof storageSchema>): StorageConfig {
  return {
    path: values.path,
    store: {
      blockDurationMs: values.block_duration,
      outOfOrderWindowMs: values.out_of_order_window,
      futureSkewMs: values.future_tolerance,
      seriesMax: values.series_max,
      exemplarsMax: values.exemplars_max,
      minFreeBytes: values.min_free_bytes,
    },
    blocks: {
      retentionMs: values.retention_time,
      retentionBytes: values.retention_size === 0 ? null : values.retention_size,
    },
  };
}
