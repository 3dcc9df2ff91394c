import { Document } from "yaml";
import type { OutputEncoding } from "../config/endpoint-config.ts";
import { ExactNumber } from "../json/exact-number.ts";
import {
  emptyJsonObject,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../json/parse-json.ts";
import { writeJson } from "../json/write-json.ts";
import { writeXml } from "./write-xml.ts";

export interface Rendering {
  readonly contentType: string;
  readonly body: string;
}

/** What of an answer's data goes to a client. `accept` is what the client asks for. */
export type Renderer = (data: JsonObject, accept: string) => Rendering;

const JSON_TYPE = "application/json; charset=utf-8";

const json: Renderer = (data) => ({ contentType: JSON_TYPE, body: writeJson(data) });

const xml: Renderer = (data) => ({
  contentType: "application/xml; charset=utf-8",
  body: Object.keys(data).length === 0 ? "" : writeXml(data),
});

const yaml: Renderer = (data) => ({
  contentType: "application/x-yaml; charset=utf-8",
  body: new Document(plain(data), { sortMapEntries: true }).toString(),
});

const text: Renderer = (data) => {
  const { content } = data;
  return {
    contentType: "text/plain; charset=utf-8",
    body: typeof content === "string" ? content : "",
  };
};

const collection: Renderer = (data) => {
  const { collection: items } = data;
  return { contentType: JSON_TYPE, body: Array.isArray(items) ? writeJson(items) : "[]" };
};

const negotiated: readonly (readonly [string, Renderer])[] = [
  ["application/json", json],
  ["application/xml", xml],
  ["text/xml", xml],
  ["application/x-yaml", yaml],
  ["text/yaml", yaml],
  ["application/yaml", yaml],
  ["text/plain", yaml],
];

/** The client's first choice that we have; JSON where it takes anything or nothing of ours. */
const negotiate: Renderer = (data, accept) => {
  const wishes = accept
    .toLowerCase()
    .split(",")
    .map((wish) => {
      const [type = "", ...parameters] = wish.split(";").map((part) => part.trim());
      const quality = parameters.find((parameter) => parameter.startsWith("q="));
      return { type, quality: quality === undefined ? 1 : Number(quality.slice(2)) };
    })
    .filter(({ quality }) => quality > 0)
    .toSorted((a, b) => b.quality - a.quality);
  for (const { type } of wishes) {
    if (type === "*/*" || type === "application/*") break;
    const found = negotiated.find(([name]) => name === type);
    if (found !== undefined) return found[1](data, accept);
  }
  return json(data, accept);
};

const renderers: Readonly<Record<Exclude<OutputEncoding, "no-op">, Renderer>> = {
  json,
  "json-collection": collection,
  string: text,
  xml,
  yaml,
  negotiate,
};

export function rendererOf(encoding: OutputEncoding): Renderer {
  return encoding === "no-op" ? json : renderers[encoding];
}

/** For a library that knows nothing of exact numbers. */
function plain(value: JsonValue): unknown {
  if (value instanceof ExactNumber) return Number(value.text);
  if (Array.isArray(value)) return value.map((item) => plain(item as JsonValue));
  if (!isJsonObject(value)) return value;
  const copy = emptyJsonObject() as Record<string, unknown>;
  for (const [key, below] of Object.entries(value)) copy[key] = plain(below);
  return copy;
}
