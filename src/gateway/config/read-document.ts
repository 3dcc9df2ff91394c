import { readFileSync, statSync } from "node:fs";
import { parse as parseToml } from "smol-toml";
import { parse as parseYaml } from "yaml";
import { CONFIG_FILE_BYTES_MAX } from "../limits.ts";
import { isObject } from "./fields.ts";

export type DocumentFormat = "json" | "toml" | "yaml";

/** A file's root object as it stands there, or why there is none. */
export type GatewayDocument =
  | {
      readonly kind: "read";
      readonly format: DocumentFormat;
      readonly root: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: "unreadable"; readonly message: string };

/** As KrakenD chooses: by the name's end, everything else is JSON. */
function formatOf(file: string): DocumentFormat {
  if (/\.ya?ml$/i.test(file)) return "yaml";
  return /\.toml$/i.test(file) ? "toml" : "json";
}

const parsers: Readonly<Record<DocumentFormat, (text: string) => unknown>> = {
  json: (text) => JSON.parse(text) as unknown,
  toml: (text) => parseToml(text),
  yaml: (text) => parseYaml(text, { maxAliasCount: 1000, logLevel: "error" }) as unknown,
};

export function readDocument(file: string): GatewayDocument {
  let text: string;
  try {
    if (statSync(file).size > CONFIG_FILE_BYTES_MAX) {
      return unreadable(`is larger than ${CONFIG_FILE_BYTES_MAX} bytes`);
    }
    text = readFileSync(file, "utf8");
  } catch (error) {
    return unreadable(`cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown"})`);
  }
  return parseDocument(text, formatOf(file));
}

function parseDocument(text: string, format: DocumentFormat): GatewayDocument {
  try {
    const root = parsers[format](text);
    if (isObject(root)) return { kind: "read", format, root };
    return unreadable("must hold an object with the key version");
  } catch (error) {
    return unreadable(`is not valid ${format.toUpperCase()}${placeOf(error, text)}`);
  }
}

function unreadable(message: string): GatewayDocument {
  return { kind: "unreadable", message };
}

/**
 * Where a parser stopped. Not in its own words, which quote the text: the line with a mistake is
 * often the line with the password.
 */
function placeOf(error: unknown, text: string): string {
  const {
    message = "",
    linePos,
    line,
  } = error as {
    readonly message?: string;
    readonly linePos?: readonly [{ readonly line: number; readonly col: number }];
    readonly line?: number;
  };
  if (linePos !== undefined) return `: look at line ${linePos[0].line}, column ${linePos[0].col}`;
  if (line !== undefined) return `: look at line ${line}`;
  const offset = /position (\d+)/.exec(message)?.[1];
  const before = text.slice(0, offset === undefined ? text.length : Number(offset)).split("\n");
  return `: look at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}
