import { OperatingError } from "#lib/operating-error";

/** A block file whose bytes are not what was written. The file is set aside, the rest stays readable. */
export class BlockCorruptError extends OperatingError {
  readonly fileName: string;

  constructor(fileName: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(
      "block_corrupt",
      `Block ${fileName} is damaged (${reason}) and has been set aside in the quarantine folder; ` +
        "restore it from a backup, or ask again for what the other blocks hold.",
      { cause },
    );
    this.fileName = fileName;
  }
}
