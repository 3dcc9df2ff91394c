import type { RawRequest } from "#http";
import { requestHost } from "../endpoint/request-host.ts";
import { ECHO_BODY_BYTES_MAX } from "../limits.ts";

/** What the client sent, as it arrived, as the gateway's echo endpoint shows it. */
export async function echoOf(request: RawRequest): Promise<string> {
  const { url = "/" } = request;
  const [path = "", query = ""] = url.split("?", 2);
  const parameters: Record<string, string[]> = Object.create(null) as Record<string, string[]>;
  for (const [name, value] of new URLSearchParams(query)) (parameters[name] ??= []).push(value);
  const headers = Object.entries(request.headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[canonicalName(name), typeof value === "string" ? [value] : value]],
  );
  return JSON.stringify({
    req_uri: url,
    req_uri_details: { user: "", host: requestHost(request), path, query, fragment: "" },
    req_method: request.method ?? "",
    req_querystring: parameters,
    req_body: await bodyText(request),
    req_headers: Object.fromEntries(headers),
  });
}

/** As Go writes header names: `Content-Type`. */
function canonicalName(name: string): string {
  return name.replaceAll(/(?:^|-)[a-z]/g, (start) => start.toUpperCase());
}

/** The body as far as it is shown. */
async function bodyText(request: RawRequest): Promise<string> {
  const chunks: Buffer[] = [];
  let lengthBytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    lengthBytes += chunk.length;
    if (lengthBytes > ECHO_BODY_BYTES_MAX) break;
  }
  return Buffer.concat(chunks).subarray(0, ECHO_BODY_BYTES_MAX).toString("utf8");
}
