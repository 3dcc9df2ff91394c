/**
 * What passes through the layers of an endpoint, from the router to a backend and back. A layer
 * takes a proxy and gives one that does something around it. An outcome may hold both an answer and
 * an error: the part of a merge that worked, and why it is not the whole.
 */
import type { RawRequest } from "#http";
import type { JsonObject } from "../json/parse-json.ts";
import type { BodyStream } from "../backend/body-stream.ts";

export type HeaderValues = Readonly<Record<string, string | readonly string[]>>;

/** One name and one value of a query, decoded. */
export type QueryPair = readonly [name: string, value: string];

export type CallBody =
  | { readonly kind: "none" }
  /** Can be read once. `lengthBytes` is what the client announced, null where it is chunked. */
  | { readonly kind: "stream"; readonly request: RawRequest; readonly lengthBytes: number | null }
  | { readonly kind: "bytes"; readonly bytes: Buffer };

export interface ProxyCall {
  readonly method: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Names in lower case; those that may go on. */
  readonly headers: HeaderValues;
  readonly query: readonly QueryPair[];
  readonly body: CallBody;
  /** What the validated token says. */
  readonly claims: JsonObject | null;
  /** What earlier backends of a sequence answered. */
  readonly earlier: readonly JsonObject[];
  /** Aborted by the timeout, by a client that left, or by a layer that needs the call no more. */
  readonly signal: AbortSignal;
}

/** An answer that goes to the client as it came. */
export interface PassedAnswer {
  readonly status: number;
  readonly headers: HeaderValues;
  readonly body: BodyStream;
}

export interface ProxyAnswer {
  readonly data: JsonObject;
  readonly isComplete: boolean;
  readonly passed: PassedAnswer | null;
}

export interface ProxyOutcome {
  readonly answer: ProxyAnswer | null;
  readonly error: Error | null;
}

/** Never rejects: what goes wrong is the outcome's error. */
export type Proxy = (call: ProxyCall) => Promise<ProxyOutcome>;
export type Layer = (next: Proxy) => Proxy;

export function failed(error: Error): ProxyOutcome {
  return { answer: null, error };
}

export function answered(data: JsonObject, isComplete = true): ProxyOutcome {
  return { answer: { data, isComplete, passed: null }, error: null };
}
