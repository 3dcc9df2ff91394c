import { randomBytes } from "node:crypto";

/** Ids that are unique across restarts and cost no random bytes each. */
export function createRequestIds(): () => string {
  const prefix = randomBytes(6).toString("base64url");
  let count = 0;
  return () => `${prefix}-${(count++).toString(36)}`;
}
