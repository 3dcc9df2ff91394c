import { parse as parseYaml } from "yaml";
import type { Encoding } from "../config/backend-config.ts";
import {
  emptyJsonObject,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseJson,
} from "../json/parse-json.ts";
import { decodeRss } from "./decode-rss.ts";
import { decodeXml } from "./decode-xml.ts";

/** What a backend's bytes say; throws where they are not in the encoding. */
export type Decoder = (bytes: Buffer, isCollection: boolean) => JsonValue;

/** Aliases that stand for much are how a few lines become gigabytes. */
const YAML_OPTIONS = { maxAliasCount: 100, logLevel: "error" } as const;

const decoders: Readonly<Record<Exclude<Encoding, "no-op">, Decoder>> = {
  json(bytes, isCollection) {
    const value = parseJson(bytes.toString("utf8"));
    return isCollection ? collectionOf(value) : value;
  },
  safejson(bytes) {
    const value = parseJson(bytes.toString("utf8"));
    if (isJsonObject(value)) return value;
    return Array.isArray(value) ? collectionOf(value) : named("content", value);
  },
  string: (bytes) => named("content", bytes.toString("utf8")),
  xml: (bytes) => decodeXml(bytes.toString("utf8")),
  yaml(bytes, isCollection) {
    const value = parseYaml(bytes.toString("utf8"), YAML_OPTIONS) as JsonValue;
    return isCollection ? collectionOf(value) : value;
  },
  rss: (bytes) => decodeRss(bytes.toString("utf8")),
};

export function decoderOf(encoding: Encoding): Decoder {
  return encoding === "no-op" ? () => emptyJsonObject() : decoders[encoding];
}

/** A list is wrapped; anything else is not the collection that was promised. */
function collectionOf(value: JsonValue): JsonValue {
  return Array.isArray(value) ? named("collection", value) : null;
}

function named(name: string, value: JsonValue): JsonObject {
  const object = emptyJsonObject();
  object[name] = value;
  return object;
}
