/** A request's target as it is routed. */
export interface RequestPath {
  /** Decoded once. */
  readonly path: string;
  /** As it came, without the question mark. */
  readonly query: string;
}

const ABSOLUTE_FORM = /^https?:\/\/[^/?#]*/i;

/** Null where the path is no text, or climbs: no backend may be asked for `..`. */
export function parseRequestPath(url: string): RequestPath | null {
  const target = url.startsWith("/") ? url : url.replace(ABSOLUTE_FORM, "") || "/";
  const mark = target.indexOf("?");
  const raw = mark === -1 ? target : target.slice(0, mark);
  const query = mark === -1 ? "" : target.slice(mark + 1);
  const path = raw.includes("%") ? decoded(raw) : raw;
  if (path === null || !path.startsWith("/") || climbs(path)) return null;
  return { path, query };
}

function decoded(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}

function climbs(path: string): boolean {
  return (
    path.includes("/.") && path.split("/").some((segment) => segment === "." || segment === "..")
  );
}

/** What a placeholder may not hold: the beginning of another part of a URL, or more encoding. */
const STILL_ENCODED = /%[0-9A-Fa-f]{2}|[?#]/;

export function isStillEncoded(value: string): boolean {
  return STILL_ENCODED.test(value);
}
