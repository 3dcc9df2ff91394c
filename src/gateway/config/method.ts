import type { Fields } from "./fields.ts";

const HTTP_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
export type HttpMethod = (typeof HTTP_METHODS)[number];

/** Methods are written in either case; null for one that gateways do not pass on. */
export function methodOf(text: string): HttpMethod | null {
  return HTTP_METHODS.find((method) => method === text.toUpperCase()) ?? null;
}

/** GET where nothing is said. */
export function readMethod(fields: Fields): HttpMethod {
  const method = methodOf(fields.string("method", "GET"));
  if (method === null) fields.refuse("method", `expected one of ${HTTP_METHODS.join(", ")}`);
  return method ?? "GET";
}
