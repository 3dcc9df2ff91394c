/** One piece of a backend's `url_pattern`. */
export type UrlPiece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "parameter"; readonly name: string }
  /** From the answer of an earlier backend of a sequence: `{resp0_user.id}`. */
  | { readonly kind: "response"; readonly backend: number; readonly path: readonly string[] }
  /** From the validated token: `{JWT.sub}`. */
  | { readonly kind: "claim"; readonly name: string };

export interface UrlTemplate {
  readonly text: string;
  readonly pieces: readonly UrlPiece[];
  /** As metrics name it: `/u/{{.Id}}`. */
  readonly metricName: string;
}

const PLACEHOLDER = /\{([^{}/]+)\}/g;

export function parseUrlTemplate(configured: string): UrlTemplate {
  const text = configured.startsWith("/") ? configured : `/${configured}`;
  const pieces = text
    .split(PLACEHOLDER)
    .map((part, index): UrlPiece =>
      index % 2 === 0 ? { kind: "text", text: part } : pieceOf(part),
    )
    .filter((piece) => piece.kind !== "text" || piece.text !== "");
  const metricName = text.replaceAll(
    PLACEHOLDER,
    (_, name: string) => `{{.${name.charAt(0).toUpperCase()}${name.slice(1)}}}`,
  );
  return { text, pieces, metricName };
}

function pieceOf(name: string): UrlPiece {
  const response = /^resp(\d+)_(.+)$/i.exec(name);
  if (response !== null) {
    return {
      kind: "response",
      backend: Number(response[1]),
      path: (response[2] ?? "").split("."),
    };
  }
  if (name.startsWith("JWT.")) return { kind: "claim", name: name.slice(4) };
  return { kind: "parameter", name };
}
