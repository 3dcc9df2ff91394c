import { isJsonObject, type JsonObject, type JsonValue } from "../json/parse-json.ts";
import { textOf } from "../json/text-of.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

function escapeXml(text: string): string {
  // Control characters cannot stand in XML 1.0 in any way.
  return text
    .replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? "")
    .replaceAll(/\p{Cc}/gu, (c) => (/[\t\n\r]/.test(c) ? c : ""));
}

/** The inverse of decodeXml: one key is the root element, several stand in a `doc`. */
export function writeXml(data: JsonObject): string {
  const keys = Object.keys(data);
  const [only = ""] = keys;
  const single = data[only];
  if (keys.length === 1 && !Array.isArray(single)) return element(only, single ?? null);
  return element("doc", data);
}

function element(key: string, value: JsonValue): string {
  if (Array.isArray(value)) return value.map((item) => element(key, item as JsonValue)).join("");
  const name = nameOf(key);
  if (!isJsonObject(value)) {
    const text = escapeXml(textOf(value));
    return text === "" ? `<${name}/>` : `<${name}>${text}</${name}>`;
  }
  let attributes = "";
  let content = "";
  for (const child of Object.keys(value).toSorted()) {
    const below = value[child] ?? null;
    const isPlain = !isJsonObject(below) && !Array.isArray(below);
    if (child === "#text") content = escapeXml(textOf(below)) + content;
    else if (child.startsWith("-") && isPlain)
      attributes += ` ${nameOf(child.slice(1))}="${escapeXml(textOf(below))}"`;
    else content += element(child, below);
  }
  return content === "" ? `<${name}${attributes}/>` : `<${name}${attributes}>${content}</${name}>`;
}

/** Keys are a backend's: one that is no name may not become markup. */
function nameOf(key: string): string {
  const name = key.replaceAll(/[^\w.:-]/g, "_");
  return /^[A-Za-z_]/.test(name) ? name : `_${name}`;
}
