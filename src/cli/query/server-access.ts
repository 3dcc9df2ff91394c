import { readFileSync } from "node:fs";
import { unescape } from "node:querystring";
import { OperatingError } from "#lib/operating-error";
import type { CommandContext } from "../command-context.ts";
import { UsageError } from "../terminal/report-error.ts";
import type { ServerAccess } from "./query-server.ts";

/** Options of a command that can ask a server as one of its clients. */
export interface ServerOptions {
  readonly url?: string;
  readonly client?: string;
  readonly secretFile?: string;
}

/**
 * The server that is to be asked and the credential for it: by option, within the URL, or in the
 * environment, in this order. Null where nobody names a server.
 */
export function serverAccess({ env }: CommandContext, options: ServerOptions): ServerAccess | null {
  const text = options.url ?? env["GAUGEWAY_URL"] ?? "";
  if (text === "") return null;
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) {
    throw new UsageError(
      `${JSON.stringify(text)} is no URL: give http://HOST:PORT or https://HOST`,
    );
  }
  const url = new URL(text);
  const [urlId, urlSecret] = [url.username, url.password].map(unescape);
  url.username = "";
  url.password = "";
  const clientId = options.client ?? (urlId || env["GAUGEWAY_CLIENT_ID"]) ?? null;
  const fromFile = options.secretFile === undefined ? undefined : readSecret(options.secretFile);
  const clientSecret = fromFile ?? (urlSecret || env["GAUGEWAY_CLIENT_SECRET"]) ?? "";
  return { url, clientId, clientSecret };
}

function readSecret(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new OperatingError("query_secret_unreadable", `The secret cannot be read: ${reason}`);
  }
}
