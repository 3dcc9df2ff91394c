import type { Fields } from "./fields.ts";

const HTTP_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
export type HttpMethod = (typeof HTTP_METHODS)[number];

/** GET where nothing is said. Methods are written in either case. */
export function readMethod(fields: Fields): HttpMethod {
  const text = fields.string("method", "GET").toUpperCase();
  const found = HTTP_METHODS.find((method) => method === text);
  if (found === undefined) fields.refuse("method", `expected one of ${HTTP_METHODS.join(", ")}`);
  return found ?? "GET";
}
