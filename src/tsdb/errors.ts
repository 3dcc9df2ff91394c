import { OperatingError } from "#lib/operating-error";
import { formatLabels, type Labels } from "#model";

/** The disk has no room, or less than `storage.min_free_bytes`. Code `storage_full`. */
export class StorageFullError extends OperatingError {
  constructor(detail: string, options?: { cause?: unknown }) {
    super(
      "storage_full",
      `New samples are refused because ${detail}: free some space or shorten the retention; the store goes on by itself.`,
      options,
    );
  }
}

/** The disk refused a write for another reason than room. Code `storage_failed`. */
export class StorageFailedError extends OperatingError {
  constructor(detail: string, options?: { cause?: unknown }) {
    super(
      "storage_failed",
      `New samples are refused because writing to the data folder failed (${detail}): check the disk; the store tries again by itself.`,
      options,
    );
  }
}

/** The store has as many series as it may. Code `series_limit`. */
export class SeriesLimitError extends OperatingError {
  constructor(seriesMax: number) {
    super(
      "series_limit",
      `The store has ${seriesMax} series, as many as storage.series_max allows: drop labels or raise the limit.`,
    );
  }
}

/** A native histogram whose form no reader would understand. Code `histogram_invalid`. */
export class HistogramInvalidError extends OperatingError {
  constructor(labels: Labels, fault: string) {
    super(
      "histogram_invalid",
      `A native histogram of ${formatLabels(labels)} is refused because ${fault}: correct its producer; nothing of its batch was stored.`,
    );
  }
}

/** Another process works in the data folder. Code `data_folder_locked`. */
export class DataFolderLockedError extends OperatingError {
  constructor(folder: string, options?: { cause?: unknown }) {
    super(
      "data_folder_locked",
      `The data folder ${folder} is in use by another process: stop it or choose another folder.`,
      options,
    );
  }
}

/** The data folder was written by a newer version. Code `data_folder_newer`. */
export class DataFolderNewerError extends OperatingError {
  constructor(file: string, found: string, known: number) {
    super(
      "data_folder_newer",
      `${file} has format version ${found}, this program reads up to ${known}: use the newer program that wrote it.`,
    );
  }
}
