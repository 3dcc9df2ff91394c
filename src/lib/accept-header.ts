/** One element of an Accept header. */
export interface MediaRange {
  /** In lower case; either side may be a star. */
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly weight: number;
}

/** Characters of an Accept header that are looked at; Prometheus 3 sends about 400. */
const ACCEPT_CHARS_MAX = 4096;

/** RFC 9110 §12.5.1, leniently: what makes no sense is passed over. */
export function parseAccept(accept: string): MediaRange[] {
  return accept
    .slice(0, ACCEPT_CHARS_MAX)
    .split(",")
    .flatMap((element) => {
      const [type = "", ...rest] = element.split(";").map((part) => part.trim().toLowerCase());
      if (!type.includes("/")) return [];
      const parameters = new Map<string, string>();
      for (const part of rest) {
        const equals = part.indexOf("=");
        if (equals < 0) continue;
        const name = part.slice(0, equals).trim();
        // The first counts: Prometheus 3.0 sends its escaping twice in one element.
        if (!parameters.has(name)) parameters.set(name, unquoted(part.slice(equals + 1).trim()));
      }
      const q = Number(parameters.get("q") ?? "1");
      const weight = q >= 0 && q <= 1 ? q : 0;
      return [{ type, parameters, weight }];
    });
}

function unquoted(value: string): string {
  return value.length >= 2 && value.startsWith('"') && value.endsWith('"')
    ? value.slice(1, -1)
    : value;
}
