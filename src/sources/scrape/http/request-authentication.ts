import type { Clock } from "#lib/clock";
import type { HttpAuthentication } from "../scrape-config.ts";
import type { HttpEnvironment } from "./dispatchers.ts";
import { OAuth2TokenSource } from "./oauth2-token-source.ts";
import { readOptionalText } from "./text-source.ts";

/** Gives the Authorization header of each request; files are read for every one. */
export interface RequestAuthentication extends AsyncDisposable {
  /** Null: none. Fails with code `scrape_credentials`. */
  authorization(): Promise<string | null>;
}

export function createRequestAuthentication(
  config: HttpAuthentication | null,
  deps: { clock: Clock; userAgent: string; http: HttpEnvironment },
): RequestAuthentication {
  switch (config?.kind) {
    case undefined:
      return stateless(() => Promise.resolve(null));
    case "basic":
      return stateless(async () => {
        const username = (await readOptionalText(config.username)) ?? "";
        const password = (await readOptionalText(config.password)) ?? "";
        // As they are: Prometheus form-encodes only for token endpoints.
        return `Basic ${Buffer.from(`${username}:${password}`, "utf8").toString("base64")}`;
      });
    case "authorization":
      return stateless(async () => {
        const credentials = (await readOptionalText(config.credentials)) ?? "";
        return credentials === "" ? null : `${config.type} ${credentials}`;
      });
    case "oauth2":
      return new OAuth2TokenSource(config, deps);
  }
}

function stateless(authorization: () => Promise<string | null>): RequestAuthentication {
  return { authorization, [Symbol.asyncDispose]: () => Promise.resolve() };
}
