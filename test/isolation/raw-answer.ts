import { setTimeout as sleep } from "node:timers/promises";
import { sendRaw } from "../fakes/raw-client.ts";

/** A request as it goes over the wire; `Host` and `Connection: close` are added. */
export interface WireRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: readonly string[];
}

/** A line `Authorization` for HTTP Basic. */
export function basic(id: string, secret: string): string {
  return `Authorization: Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
}

/**
 * Everything that came back, byte for byte in latin1, but for the three header fields that differ
 * from answer to answer.
 */
export async function rawAnswer(url: string, request: WireRequest): Promise<string> {
  const { method = "GET", path = "/metrics/v1", headers = [] } = request;
  const lines = [`${method} ${path} HTTP/1.1`, "Host: gaugeway.test", "Connection: close"];
  const text = await sendRaw(
    Number(new URL(url).port),
    `${[...lines, ...headers].join("\r\n")}\r\n\r\n`,
  );
  return text.replace(/^(date|x-request-id|ratelimit): .*\r\n/gim, "");
}

export function statusOf(answer: string): number {
  return Number(answer.slice("HTTP/1.1 ".length, "HTTP/1.1 200".length));
}

export function bodyOf(answer: string): string {
  return answer.slice(answer.indexOf("\r\n\r\n") + 4);
}

/** Asks until the body has this text; for what needs a scrape to have come. */
export async function untilRead(url: string, request: WireRequest, text: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (bodyOf(await rawAnswer(url, request)).includes(text)) return;
    await sleep(200);
  }
  throw new Error(`the answer never had ${text}`);
}
