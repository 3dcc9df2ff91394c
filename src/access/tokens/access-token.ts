/**
 * An access token is a JWT as RFC 9068 profiles it: whoever resource servers are can check it against
 * the published keys. It carries no rights of its own: what its client may do is read from the
 * database at every use (see token-service.ts), so that taking away is not delayed by its lifetime.
 */
import type { JWTPayload } from "jose";
import { newRowId } from "../credential/ids.ts";
import type { GrantedScope } from "../scopes.ts";
import type { SigningKey, SigningKeys } from "./signing-keys.ts";

/** What a token of ours says. */
export interface AccessTokenClaims {
  readonly id: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly scopes: readonly GrantedScope[];
  readonly tokenFamily: string;
  readonly issuedAtSeconds: number;
  readonly expiresAtSeconds: number;
}

const ALGORITHM = "RS256";
/** RFC 9068 §2.1; tells access tokens from other JWTs under the same key (RFC 8725 §3.11). */
const TYPE = "at+jwt";

export async function signAccessToken(
  key: SigningKey,
  claims: Omit<AccessTokenClaims, "id" | "issuer">,
): Promise<string> {
  const { SignJWT } = await import("jose");
  return new SignJWT({
    client_id: claims.clientId,
    scope: claims.scopes.join(" "),
    token_family: claims.tokenFamily,
  })
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: key.id })
    .setIssuer(key.issuer)
    .setAudience(key.issuer)
    .setSubject(claims.clientId)
    .setJti(newRowId())
    .setIssuedAt(claims.issuedAtSeconds)
    .setExpirationTime(claims.expiresAtSeconds)
    .sign(key.privateKey);
}

/** What the token says, where one of our keys has signed it and it has not expired; else null. */
export async function readAccessToken(
  keys: SigningKeys,
  token: string,
  nowMs: number,
): Promise<AccessTokenClaims | null> {
  const { decodeProtectedHeader, errors, jwtVerify } = await import("jose");
  try {
    const { kid } = decodeProtectedHeader(token);
    // The id is looked for among those we made; nothing is fetched or opened by it.
    const key = typeof kid === "string" ? await keys.find(kid) : null;
    if (key === null) return null;
    const { payload } = await jwtVerify(token, key.publicKey, {
      algorithms: [ALGORITHM],
      typ: TYPE,
      issuer: key.issuer,
      audience: key.issuer,
      currentDate: new Date(nowMs),
      requiredClaims: ["exp", "iat", "jti", "sub", "client_id", "scope", "token_family"],
    });
    return claimsOf(payload);
  } catch (error) {
    // Headers that are no JSON are a TypeError of the decoder.
    if (error instanceof errors.JOSEError || error instanceof TypeError) return null;
    throw error;
  }
}

function claimsOf(payload: JWTPayload): AccessTokenClaims {
  return {
    id: payload.jti ?? "",
    issuer: payload.iss ?? "",
    clientId: payload.sub ?? "",
    scopes: String(payload["scope"]).split(" "),
    tokenFamily: String(payload["token_family"]),
    issuedAtSeconds: payload.iat ?? 0,
    expiresAtSeconds: payload.exp ?? 0,
  };
}
