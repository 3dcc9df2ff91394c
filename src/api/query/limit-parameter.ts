import { invalidParameter } from "./parameter-error.ts";

const INT64_MAX = 2 ** 63;

/** How many results are wanted; null: all, also for 0. */
export function readLimit(parameters: URLSearchParams): number | null {
  const text = parameters.get("limit") ?? "";
  if (text === "") return null;
  const limit = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(limit) || Math.abs(limit) >= INT64_MAX) {
    const reason = Number.isNaN(limit) ? "invalid syntax" : "value out of range";
    throw invalidParameter("limit", `strconv.Atoi: parsing ${JSON.stringify(text)}: ${reason}`);
  }
  if (limit < 0) throw invalidParameter("limit", "limit must be non-negative");
  return limit === 0 ? null : limit;
}
