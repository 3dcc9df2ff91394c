/** What became of one write. */
export type WriteOutcome =
  | { readonly kind: "stored" }
  /** The same again may succeed: an outage, an overload. */
  | {
      readonly kind: "failed";
      readonly reason: string;
      readonly retryAfterMs: number | null;
      /** The server may have stored it and not been able to say so. */
      readonly mayBeStored: boolean;
    }
  /** The server will never take this batch as it is. */
  | {
      readonly kind: "refused";
      readonly status: number;
      readonly reason: string;
      /** What to do about it. */
      readonly hint: string;
      /** Whether some of its points may have been stored all the same. */
      readonly mayBePartial: boolean;
    };

/** An answer of the server, its text cut to what a log line holds. */
export interface ServerAnswer {
  readonly status: number;
  readonly text: string;
  /** `X-Influxdb-Version`, or empty. */
  readonly version: string;
  readonly retryAfterMs: number | null;
}

/** What a retry can repair; the rest is the batch, the credentials or the address. */
const RETRYABLE: ReadonlySet<number> = new Set([408, 425, 429]);

export function judgeAnswer(answer: ServerAnswer, target: "v1" | "v2"): WriteOutcome {
  const { status, text } = answer;
  if (status === 200 || status === 204) return { kind: "stored" };
  const reason = `status ${status}${text === "" ? "" : `: ${text}`}`;
  if (status >= 500 || RETRYABLE.has(status)) {
    const mayBeStored = status >= 500 && status !== 503;
    return { kind: "failed", reason, retryAfterMs: answer.retryAfterMs, mayBeStored };
  }
  const mayBePartial = status === 400 || status === 422;
  return { kind: "refused", status, reason, hint: hintFor(answer, target), mayBePartial };
}

function hintFor({ status, text, version }: ServerAnswer, target: "v1" | "v2"): string {
  if (/field type conflict/.test(text)) {
    return "The database holds one of these fields with another type: write into a new one, or drop that measurement.";
  }
  switch (status) {
    case 401:
      return target === "v1" ? unauthorizedHint(version, text) : "Check token, org and bucket.";
    case 403:
      return "These credentials may not write there: grant write access to the database or bucket.";
    case 404:
      return target === "v1"
        ? "Create the database (db); InfluxDB 2 before 2.4 also needs «influx v1 dbrp create»."
        : "Check org and bucket: the bucket must exist.";
    case 413:
      return "The server takes no bodies of this size: raise its max-body-size.";
    default:
      return "The server cannot read it: check that address is that of InfluxDB.";
  }
}

/** The most frequent trouble with InfluxDB 2: its console's password is none of its v1 interface. */
function unauthorizedHint(version: string, text: string): string {
  const isTwo = /^v?[2-9]\./.test(version) || text.includes('"code":"unauthorized"');
  if (!isTwo) return "Check username and password.";
  return "InfluxDB 2 does not take its console's user and password here: create a v1 authorization with «influx v1 auth create --username … --write-bucket …», or set token, org and bucket.";
}
