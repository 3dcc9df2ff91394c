import { type JWTPayload, jwtVerify } from "jose";
import type { Clock } from "#lib/clock";
import type { Logger } from "#lib/logger";
import { OperatingError } from "#lib/operating-error";
import { headerText } from "../backend/hop-headers.ts";
import { valueAt } from "../backend/target-writer.ts";
import type { JwtOptions } from "../config/extra/jwt-options.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json/parse-json.ts";
import { textOf } from "../json/text-of.ts";
import type { HeaderValues } from "../proxy/proxy.ts";
import { type Admission, type Gatekeeper, refused } from "./gatekeeper.ts";
import { JwkKeys } from "./jwk-keys.ts";

const UNAUTHORIZED = 401;
const FORBIDDEN = 403;

/** Lets in only those who show a token that is signed, current, and for this endpoint. */
export function checkToken(options: JwtOptions, clock: Clock, log: Logger): Gatekeeper {
  const keys = new JwkKeys(options.keys, clock);
  return async (request) => {
    const token = tokenOf(options, request.exchange.request.headers as HeaderValues);
    if (token === null) return refused(UNAUTHORIZED);
    let claims: JWTPayload;
    try {
      const { payload } = await jwtVerify(
        token,
        (header) => keys.keyFor({ ...header, alg: header.alg }),
        {
          algorithms: [options.algorithm],
          clockTolerance: options.leewaySeconds,
          currentDate: new Date(clock.nowMs()),
          ...(options.issuer === null ? {} : { issuer: options.issuer }),
        },
      );
      claims = payload;
    } catch (error) {
      // A bad token is its bearer's affair; keys that cannot be read are ours.
      if (error instanceof OperatingError) log.error({ error }, "tokens cannot be checked");
      return refused(UNAUTHORIZED);
    }
    return judge(options, claims as unknown as JsonObject);
  };
}

function judge(options: JwtOptions, claims: JsonObject): Admission {
  const audience = listOf(claims["aud"], null);
  if (!options.audience.every((name) => audience.includes(name))) return refused(UNAUTHORIZED);
  const roles = listOf(valueAt(claims, options.rolesPath), null);
  if (options.roles.length > 0 && !options.roles.some((role) => roles.includes(role))) {
    return refused(FORBIDDEN);
  }
  const scopes = listOf(valueAt(claims, options.scopesPath), " ");
  const isHeld = (scope: string): boolean => scopes.includes(scope);
  const enough = options.needsAllScopes
    ? options.scopes.every(isHeld)
    : options.scopes.some(isHeld);
  if (options.scopes.length > 0 && !enough) return refused(FORBIDDEN);
  return { kind: "admitted", claims, headers: propagatedHeaders(options, claims) };
}

/** A list of texts, or one; scopes stand in one text with spaces between. */
function listOf(value: JsonValue | undefined, separator: string | null): readonly string[] {
  if (typeof value === "string") return separator === null ? [value] : value.split(separator);
  return Array.isArray(value)
    ? value.filter((item): item is string => typeof item === "string")
    : [];
}

/** Every one is set, be it empty: a client could name itself in a header that is left out. */
function propagatedHeaders({ propagated }: JwtOptions, claims: JsonObject): HeaderValues {
  return Object.fromEntries(
    propagated.map(({ claim, header }) => [header, headerValue(valueAt(claims, claim))]),
  );
}

function headerValue(value: JsonValue | undefined): string {
  const text = isJsonObject(value) ? JSON.stringify(value) : textOf(value);
  return text.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, "?");
}

function tokenOf(options: JwtOptions, headers: HeaderValues): string | null {
  const header = headerText(headers, options.headerName);
  const bearer = header === null ? null : /^(?:Bearer\s+)?(\S+)$/i.exec(header.trim());
  if (bearer?.[1] !== undefined) return bearer[1];
  return options.cookieName === null
    ? null
    : cookieOf(headerText(headers, "cookie") ?? "", options.cookieName);
}

function cookieOf(cookies: string, name: string): string | null {
  for (const cookie of cookies.split(";")) {
    const [key = "", value = ""] = cookie.split("=", 2).map((part) => part.trim());
    if (key === name && value !== "") return value;
  }
  return null;
}
