import { readFile, stat } from "node:fs/promises";
import type { IdentityProvider } from "./identity-provider.ts";
import { KEY_SET_BYTES_MAX, KEY_SET_TIMEOUT_MS } from "./limits.ts";

/**
 * The key set as text, from the place that the operator configured and no other: nothing in a token
 * chooses an address (`jku`, `x5u`, `iss`), and redirects are not followed.
 */
export function loadKeySet(source: IdentityProvider["keySet"]): Promise<string> {
  return source.kind === "url" ? fetchText(source.url) : readText(source.path);
}

async function readText(path: string): Promise<string> {
  const { size } = await stat(path);
  if (size > KEY_SET_BYTES_MAX) throw tooLarge(path);
  return readFile(path, "utf8");
}

async function fetchText(url: string): Promise<string> {
  // Loaded here: most installations take no tokens of others, and do without a client.
  const { request } = await import("undici");
  const signal = AbortSignal.timeout(KEY_SET_TIMEOUT_MS);
  const answer = await request(url, { signal, headers: { accept: "application/json" } });
  if (answer.statusCode !== 200) {
    await answer.body.dump();
    throw new Error(`${url} answered ${answer.statusCode}`);
  }
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
    total += chunk.byteLength;
    if (total > KEY_SET_BYTES_MAX) throw tooLarge(url);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function tooLarge(place: string): Error {
  return new Error(`${place} is longer than ${KEY_SET_BYTES_MAX} bytes`);
}
