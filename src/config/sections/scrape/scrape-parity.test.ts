/**
 * The scraper keeps its own list of Prometheus' keys (`sources`), because it knows what it can do.
 * Configuration may not import it, so this test holds the two together.
 */
import { describe, expect, test } from "vitest";
import {
  AUTHORIZATION_KEYS,
  BASIC_AUTH_KEYS,
  FILE_SD_KEYS,
  HTTP_CLIENT_KEYS,
  HTTP_HEADER_KEYS,
  HTTP_SD_KEYS,
  OAUTH2_KEYS,
  RELABEL_KEYS,
  SCRAPE_GLOBAL_KEYS,
  SCRAPE_JOB_KEYS,
  type ScrapeKey,
  STATIC_CONFIG_KEYS,
  TLS_KEYS,
} from "#sources";
import { emptyMap, type MapNode, textNode } from "../../config-node.ts";
import { ROOT_KEYS } from "../../keys.ts";
import type { KeyTable, Reader, Schema } from "../../schema/schema.ts";

function schemaAt(start: Schema<unknown>, ...names: readonly string[]): Schema<unknown> {
  let schema = start;
  for (const name of names) {
    const { shape } = schema;
    if (shape.kind === "list") schema = shape.items;
    else if (shape.kind === "map") schema = shape.values;
    else schema = (shape.kind === "section" ? shape.keys[name] : undefined)?.schema ?? schema;
  }
  return schema;
}

const job = schemaAt(ROOT_KEYS.scrape_configs.schema, "[]");
const httpSd = schemaAt(job, "http_sd_configs", "[]");

const PAIRS: readonly (readonly [string, Schema<unknown>, readonly ScrapeKey[]])[] = [
  ["global", ROOT_KEYS.global.schema, SCRAPE_GLOBAL_KEYS],
  ["job", job, [...SCRAPE_JOB_KEYS, ...HTTP_CLIENT_KEYS]],
  ["http_sd", httpSd, [...HTTP_SD_KEYS, ...HTTP_CLIENT_KEYS]],
  ["file_sd", schemaAt(job, "file_sd_configs", "[]"), FILE_SD_KEYS],
  ["static", schemaAt(job, "static_configs", "[]"), STATIC_CONFIG_KEYS],
  ["relabel", schemaAt(job, "relabel_configs", "[]"), RELABEL_KEYS],
  ["basic_auth", schemaAt(job, "basic_auth"), BASIC_AUTH_KEYS],
  ["authorization", schemaAt(job, "authorization"), AUTHORIZATION_KEYS],
  ["oauth2", schemaAt(job, "oauth2"), OAUTH2_KEYS],
  ["tls", schemaAt(job, "tls_config"), TLS_KEYS],
  ["http_headers", schemaAt(job, "http_headers", "x"), HTTP_HEADER_KEYS],
];

function keysOf(schema: Schema<unknown>): KeyTable {
  return schema.shape.kind === "section" ? schema.shape.keys : {};
}

function findingsOn(schema: Schema<unknown>, key: string): string[] {
  const messages: string[] = [];
  const reader: Reader = {
    checks: {
      selector: () => null,
      regex: () => null,
      scope: () => null,
      clientId: () => null,
      clientSecret: () => null,
    },
    report: (_at, path, message) => messages.push(`${path}: ${message}`),
    resolvePath: (_at, path) => path,
    readSecretFile: () => null,
  };
  const at = { kind: "flag", name: "test" } as const;
  const node: MapNode = { kind: "map", at, entries: [{ key, keyAt: at, value: textNode("x") }] };
  schema.read(key === "" ? emptyMap() : node, "", reader);
  return messages;
}

describe.each(PAIRS)("%s", (name, schema, rows) => {
  test("takes exactly the keys that the scraper supports", () => {
    const supported = rows.filter((row) => row.refusal === null).map((row) => row.key);
    // The one key that is taken without the scraper knowing it: it is about rules.
    const own = name === "global" ? ["evaluation_interval"] : [];
    expect(Object.keys(keysOf(schema)).toSorted()).toEqual([...supported, ...own].toSorted());
  });

  test("refuses by name, in the same words, what the scraper does not", () => {
    for (const row of rows.filter(({ refusal }) => refusal !== null)) {
      expect(findingsOn(schema, row.key)).toContain(`${row.key}: ${row.refusal}`);
    }
  });
});
