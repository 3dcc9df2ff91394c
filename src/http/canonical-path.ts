/**
 * One path has one spelling. Servers and proxies that read the same path differently are how
 * path rules are walked around (`//`, `/./`, `%2e%2e`, `;x=y`, `\`; CVE-2025-3454 was an extra
 * slash), so every other spelling is answered like a path that does not exist.
 */

/** Characters of RFC 3986 `pchar` without `;`, and whole percent escapes. */
const SEGMENT = /^(?:[A-Za-z0-9\-._~!$&'()*+,=:@]|%[0-9A-Fa-f]{2})+$/;
const ESCAPE = /%([0-9A-Fa-f]{2})/g;
const ABSOLUTE_FORM = /^https?:\/\/[^/?#]*/i;

export interface RequestTarget {
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
}

/** Splits a request target; null where its path is not written canonically. */
export function canonicalTarget(url: string): RequestTarget | null {
  // RFC 9112 §3.2.2: servers must accept the absolute form; its authority has no say here.
  const origin = url.startsWith("/") ? url : url.replace(ABSOLUTE_FORM, "") || "/";
  const mark = origin.indexOf("?");
  const path = mark === -1 ? origin : origin.slice(0, mark);
  const query = mark === -1 ? "" : origin.slice(mark + 1);
  return isCanonical(path) ? { path, query } : null;
}

function isCanonical(path: string): boolean {
  if (!path.startsWith("/")) return false;
  const segments = path.slice(1).split("/");
  return segments.every((segment, i) => {
    const last = i === segments.length - 1;
    if (segment === "") return last;
    if (segment === "." || segment === ".." || !SEGMENT.test(segment)) return false;
    return escapesAreNeeded(segment);
  });
}

/**
 * Escapes stand only for what cannot be written plainly, and never for separators, controls or
 * broken UTF-8.
 */
function escapesAreNeeded(segment: string): boolean {
  if (!segment.includes("%")) return true;
  for (const [, hex = ""] of segment.matchAll(ESCAPE)) {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    // Also not for the percent sign: that is how double encoding starts.
    if (/[A-Za-z0-9\-._~/\\;%]/.test(character) || character < " " || character === "\x7f") {
      return false;
    }
  }
  try {
    decodeURIComponent(segment);
    return true;
  } catch {
    return false;
  }
}
