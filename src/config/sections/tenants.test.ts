import { expect, test } from "vitest";
import { checkClientName, checkTenantName } from "../../access/administration/names.ts";
import { keyReference } from "../key-reference.ts";
import { textNode } from "../config-node.ts";
import { INVALID, type Reader, type Schema } from "../schema/schema.ts";
import { tenantsSchema } from "./tenants.ts";

const reader: Reader = {
  checks: {
    selector: () => null,
    regex: () => null,
    scope: () => null,
    clientId: () => null,
    clientSecret: () => null,
  },
  report: () => undefined,
  resolvePath: (_at, path) => path,
  readSecretFile: () => null,
};

function nameSchema(...path: readonly string[]): Schema<unknown> {
  let schema: Schema<unknown> = tenantsSchema;
  for (const name of path) {
    const { shape } = schema;
    if (shape.kind === "list") schema = shape.items;
    const keys = schema.shape.kind === "section" ? schema.shape.keys : {};
    schema = keys[name]?.schema ?? schema;
  }
  return schema;
}

function passes(check: (name: string) => void, name: string): boolean {
  try {
    check(name);
    return true;
  } catch {
    return false;
  }
}

test.each([
  "acme",
  "a",
  "a-b_c",
  "-a",
  "a-",
  "Acme",
  "a".repeat(63),
  "a".repeat(64),
  "gwt_abc",
  "gwc_abc",
  "a b",
  "ä",
  "Prometheus of acme",
  " x",
  "x ",
  "two  spaces",
  "x".repeat(128),
  "x".repeat(129),
  "cafe\u0301",
  "tab\t",
  "株式会社",
  "\u202eevil",
])("%j is allowed here exactly where the access part allows it", (name) => {
  const node = { ...textNode(name), quoted: true };
  const taken = (schema: Schema<unknown>): boolean => schema.read(node, "", reader) !== INVALID;
  expect(taken(nameSchema("name"))).toBe(passes(checkTenantName, name));
  expect(taken(nameSchema("clients", "name"))).toBe(passes(checkClientName, name));
});

test("the reference says of every key what it does", () => {
  const rows = keyReference().flatMap((group) => group.rows);
  expect(rows.length).toBeGreaterThan(100);
  const unfinished = rows.filter(({ doc }) => !/^.{3,}[.…)]$/.test(doc)).map(({ path }) => path);
  expect(unfinished).toEqual([]);
});
