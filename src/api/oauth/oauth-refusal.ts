import { HttpRefusal } from "#http";

type Headers = Readonly<Record<string, string | readonly string[]>>;

/** An error of the authorization server: `code` is RFC 6749's word, `text` is for whoever configures the client. */
export function oauthRefusal(code: string, text: string, headers: Headers = {}): HttpRefusal {
  return new HttpRefusal(code, describable(text), headers);
}

/** RFC 6749 §5.2 allows neither quotes nor backslashes nor anything beyond ASCII in a description. */
function describable(text: string): string {
  return text
    .replaceAll('"', "'")
    .replaceAll("\\", "/")
    .replaceAll(/[^\x20-\x7e]/g, "?");
}
