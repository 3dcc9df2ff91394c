import { OperatingError } from "#lib/operating-error";
import { formatLabels, type Labels } from "#model";

/** A sample without a time of its own cannot be backfilled. Code `import_no_timestamp`. */
export class ImportNoTimestampError extends OperatingError {
  constructor(labels: Labels) {
    super(
      "import_no_timestamp",
      `A sample of ${formatLabels(labels)} has no timestamp: only files that give every sample its time can be imported.`,
    );
  }
}

/** A time that no block can hold. Code `import_bad_timestamp`. */
export class ImportBadTimestampError extends OperatingError {
  constructor(labels: Labels, timestampMs: number) {
    super(
      "import_bad_timestamp",
      `A sample of ${formatLabels(labels)} has the time ${timestampMs} ms, which is out of bounds: correct the file.`,
    );
  }
}

/** The label sets alone do not fit the budget. Code `import_memory`. */
export class ImportMemoryError extends OperatingError {
  constructor(series: number, memoryBytesMax: number) {
    super(
      "import_memory",
      `The label sets of ${series} series take more than half of the memory budget of ${memoryBytesMax} bytes: give the import more memory or split the file by metric.`,
    );
  }
}

/** The same file is being imported by another process. Code `import_running`. */
export class ImportRunningError extends OperatingError {
  constructor(file: string) {
    super("import_running", `${file} is being imported by another process: wait until it is done.`);
  }
}

/** The file changed while it was read. Code `import_changed`. */
export class ImportChangedError extends OperatingError {
  constructor(file: string) {
    super(
      "import_changed",
      `${file} changed while it was read: import it again when it is complete.`,
    );
  }
}
