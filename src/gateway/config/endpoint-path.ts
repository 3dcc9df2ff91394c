/** One step of an endpoint's path. */
export type PathSegment =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "parameter"; readonly name: string }
  /** Placeholders inside a segment, which `disable_rest` allows. */
  | { readonly kind: "mixed"; readonly pattern: RegExp; readonly names: readonly string[] }
  /** The rest of the path, whatever it is. */
  | { readonly kind: "rest" };

export interface EndpointPath {
  /** As configured, with a leading slash: `/users/{id}`. */
  readonly text: string;
  readonly segments: readonly PathSegment[];
  readonly parameters: readonly string[];
  /** As metrics name it: `/users/:id`. */
  readonly metricName: string;
}

const PLACEHOLDER = /\{([A-Za-z0-9_-]+)\}/g;
/** Paths that are the gateway's own. */
const RESERVED = /\/__(?:debug|echo|health)(?:\/.*)?$/;

/** The path, or what is wrong with it. */
export function parseEndpointPath(configured: string, disableRest: boolean): EndpointPath | string {
  const text = configured.startsWith("/") ? configured : `/${configured}`;
  if (RESERVED.test(text)) return "the paths /__debug, /__echo and /__health are reserved";
  const star = text.indexOf("*");
  if (star !== -1 && star !== text.length - 1) return "nothing may follow a *";
  const parts = text.slice(1).split("/");
  const segments: PathSegment[] = [];
  for (const part of parts) {
    const segment = parseSegment(part, disableRest);
    if (segment === null) {
      return "a placeholder such as {id} must be a whole segment of letters, digits, - and _; disable_rest lifts that";
    }
    segments.push(segment);
  }
  const parameters = segments.flatMap(namesOf);
  if (new Set(parameters).size !== parameters.length) return "a placeholder stands there twice";
  return { text, segments, parameters, metricName: text.replaceAll(PLACEHOLDER, ":$1") };
}

function namesOf(segment: PathSegment): readonly string[] {
  if (segment.kind === "parameter") return [segment.name];
  return segment.kind === "mixed" ? segment.names : [];
}

function parseSegment(part: string, disableRest: boolean): PathSegment | null {
  if (part === "*") return { kind: "rest" };
  if (!/[{}]/.test(part)) return { kind: "text", text: part };
  const whole = /^\{([A-Za-z0-9_-]+)\}$/.exec(part);
  if (whole !== null) return { kind: "parameter", name: whole[1] ?? "" };
  return disableRest ? mixedSegment(part) : null;
}

function mixedSegment(part: string): PathSegment | null {
  const pieces = part.split(PLACEHOLDER);
  if (pieces.some((piece) => /[{}]/.test(piece))) return null;
  const names = pieces.filter((_, index) => index % 2 === 1);
  const source = pieces.map((piece, index) =>
    index % 2 === 1 ? "([^/]+?)" : piece.replaceAll(/[^\w~-]/g, "\\$&"),
  );
  return { kind: "mixed", pattern: new RegExp(`^${source.join("")}$`), names };
}
