/** What a target's URL is made of, as its labels say after relabeling. */
export interface ScrapeUrlParts {
  readonly scheme: string;
  readonly address: string;
  readonly path: string;
  readonly params: ReadonlyMap<string, readonly string[]>;
}

/** The URL as Go's `url.URL` writes it: parameters sorted by name, the path escaped where it must be. */
export function formatScrapeUrl(parts: ScrapeUrlParts): string {
  const slash = parts.path === "" || parts.path.startsWith("/") ? "" : "/";
  const query = encodeParams(parts.params);
  return `${parts.scheme}://${parts.address}${slash}${escapePath(parts.path)}${query === "" ? "" : `?${query}`}`;
}

function encodeParams(params: ReadonlyMap<string, readonly string[]>): string {
  const pairs: string[] = [];
  for (const name of Array.from(params.keys()).toSorted()) {
    for (const value of params.get(name) ?? [])
      pairs.push(`${escapeQuery(name)}=${escapeQuery(value)}`);
  }
  return pairs.join("&");
}

function escapeQuery(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replaceAll("%20", "+")
    .replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The path is plain text: a `?` or `%` in it is part of the path, not syntax. */
function escapePath(path: string): string {
  return encodeURIComponent(path.toWellFormed()).replaceAll(
    /%(?:2F|3A|40|26|3D|2B|24|2C|3B)/g,
    (hex) => decodeURIComponent(hex),
  );
}
