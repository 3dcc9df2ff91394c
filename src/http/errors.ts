import { OperatingError } from "#lib/operating-error";

/** A request that is refused; `code` is a row of error-status.ts, `headers` go into the answer. */
export class HttpRefusal extends OperatingError {
  readonly headers: Readonly<Record<string, string | readonly string[]>>;

  constructor(
    code: string,
    message: string,
    headers: Readonly<Record<string, string | readonly string[]>> = {},
  ) {
    super(code, message);
    this.headers = headers;
  }
}

/** The listener cannot come up: code `address_in_use`, `listen_failed` or `tls_material`. */
export class ListenError extends OperatingError {}
