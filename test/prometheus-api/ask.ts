import { request } from "node:http";
import { gunzipSync, inflateSync } from "node:zlib";
import type { ApiCall } from "./api-calls.ts";

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Headers that clients act upon. */
const COMPARED = [
  "content-type",
  "content-encoding",
  "access-control-allow-origin",
  "access-control-allow-headers",
  "access-control-allow-methods",
  "access-control-expose-headers",
];

/** Makes the call; `START` and `END` in it stand for times of the history. */
export async function ask(
  url: string,
  call: ApiCall,
  headers: Readonly<Record<string, string>>,
  endSeconds: number,
): Promise<ApiAnswer> {
  const timed = (text: string) =>
    text.replaceAll("START", String(endSeconds - 300)).replaceAll("END", String(endSeconds));
  const form = call.form === undefined ? "" : timed(String(new URLSearchParams(call.form)));
  const outgoing = request(`${url}${timed(call.path)}`, {
    method: call.method ?? "GET",
    headers: {
      ...(call.form === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" }),
      ...headers,
      ...call.headers,
    },
    agent: false,
  });
  outgoing.end(call.body ?? form);
  return new Promise((resolve, reject) => {
    outgoing.once("error", reject);
    outgoing.once("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("error", reject);
      response.once("end", () => {
        const found = COMPARED.map((name) => [name, String(response.headers[name] ?? "")] as const);
        const coding = response.headers["content-encoding"];
        const bytes = Buffer.concat(chunks);
        const plain =
          coding === "gzip" ? gunzipSync(bytes) : coding === "deflate" ? inflateSync(bytes) : bytes;
        resolve({
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(found),
          text: plain.toString(),
        });
      });
    });
  });
}
