/** What the stats listener says to a request, as the original's router would. */
export interface StatsAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Null: the document itself, made when it is sent. */
  readonly body: string | null;
}

const PATH = "/__stats";
const DOCUMENT = {
  "content-type": "application/json; charset=utf-8",
  "transfer-encoding": "chunked",
};
const TEXT = { "content-type": "text/plain" };

/** `target` is the request's target: path and query. */
export function answerStats(method: string, target: string): StatsAnswer {
  const [path = "", ...query] = target.split("?");
  if (path === PATH) {
    if (method === "GET") {
      return { status: 200, headers: DOCUMENT, body: null };
    }
    return { status: 405, headers: { ...TEXT, allow: "GET" }, body: "405 method not allowed" };
  }
  if (method === "GET" && cleaned(path) === PATH) {
    const location = [PATH, ...query].join("?");
    return {
      status: 301,
      headers: { "content-type": "text/html; charset=utf-8", location },
      body: `<a href="${escapeHtml(location)}">Moved Permanently</a>.\n\n`,
    };
  }
  return { status: 404, headers: TEXT, body: "404 page not found" };
}

/** Case, doubled and trailing slashes and dot segments do not matter when a path is looked up again. */
function cleaned(path: string): string {
  const segments: string[] = [];
  for (const segment of path.toLowerCase().split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(segment);
  }
  return `/${segments.join("/")}`;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&#34;").replaceAll("<", "&lt;");
}
