import { expect, test } from "vitest";
import { Secret } from "#lib/secret";
import { withoutSecrets } from "./without-secrets.ts";

test("what holds no secret is passed on as it is", () => {
  const fields = { status: 200, list: [1, { a: 2 }], error: new Error("x"), s: new Secret("y") };
  expect(withoutSecrets(fields)).toBe(fields);
});

test("secrets are replaced at every depth that is looked at, the original is left alone", () => {
  const fields = { token: "t", a: { list: [{ password: "p", id: 1 }], b: { cookie: "c" } } };
  expect(withoutSecrets(fields)).toEqual({
    token: "<secret>",
    a: { list: [{ password: "<secret>", id: 1 }], b: { cookie: "<secret>" } },
  });
  expect(fields.a.b.cookie).toBe("c");
});

test("a cycle ends", () => {
  const fields: Record<string, unknown> = { secret: "s" };
  fields["self"] = fields;
  expect(withoutSecrets(fields)).toMatchObject({ secret: "<secret>" });
});
