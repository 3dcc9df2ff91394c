/**
 * What goes wrong in operation (bad input, a full disk, a limit), as opposed to a bug.
 * `code` is stable and documented; `message` is one sentence that tells the reader what to do.
 */
export class OperatingError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}
