import { OperatingError } from "#lib/operating-error";

/** A backup never writes into a folder that holds something. Code `backup_target_not_empty`. */
export class BackupTargetNotEmptyError extends OperatingError {
  constructor(folder: string) {
    super(
      "backup_target_not_empty",
      `${folder} is not empty: name a folder that does not exist yet or is empty.`,
    );
  }
}

/** What is to be backed up is no data folder. Code `backup_no_store`. */
export class BackupNoStoreError extends OperatingError {
  constructor(folder: string) {
    super("backup_no_store", `${folder} is no data folder: it has neither head.db nor blocks.`);
  }
}

/** The running server holds the head's file for itself. Code `backup_busy`. */
export class BackupBusyError extends OperatingError {
  constructor(file: string) {
    super(
      "backup_busy",
      `${file} is held by the running server: let the server itself make the backup, or stop it first.`,
    );
  }
}

/** Blocks came and went faster than they could be copied. Code `backup_unsettled`. */
export class BackupUnsettledError extends OperatingError {
  constructor(rounds: number) {
    super(
      "backup_unsettled",
      `The blocks kept changing while they were copied (${rounds} rounds): try again when no import is running.`,
    );
  }
}
