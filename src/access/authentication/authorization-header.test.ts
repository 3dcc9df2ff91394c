import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readAuthorization } from "./authorization-header.ts";

const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString("base64");

describe("reads", () => {
  test.each([
    ["id", "secret"],
    ["id", "se:cr:et"],
    ["id", ":"],
    ["ïd", "sécrét😀"],
    ["a%41", "b%3Ac+d"],
  ])("Basic %s and %s", (id, secret) => {
    const expected = { kind: "basic", id, secret };
    const token = base64(`${id}:${secret}`);
    expect(readAuthorization([`Basic ${token}`])).toEqual(expected);
    expect(readAuthorization([`bAsIc   ${token.replace(/=+$/, "")} `])).toEqual(expected);
  });

  test("Bearer", () => {
    expect(readAuthorization(["bearer a.b-c_d~e=="])).toEqual({
      kind: "bearer",
      token: "a.b-c_d~e==",
    });
  });

  test("nothing as nothing", () => {
    expect(readAuthorization([])).toEqual({ kind: "none" });
  });
});

describe("takes for nobody's", () => {
  const good = base64("id:secret");
  test.each<[string, readonly string[]]>([
    ["two headers", [`Basic ${good}`, `Basic ${good}`]],
    ["two kinds", [`Basic ${good}`, "Bearer x"]],
    ["an empty header", [""]],
    ["two in one", [`Basic ${good}, Bearer x`]],
    ["no credential", ["Basic"]],
    ["no credential after a blank", ["Basic "]],
    ["another scheme", [`Digest ${good}`]],
    ["no scheme", [good]],
    ["a tab for the blank", [`Basic\t${good}`]],
    [
      "the URL alphabet",
      [`Basic ${base64("id:???>>>").replaceAll("/", "_").replaceAll("+", "-")}`],
    ],
    ["leftover bits", ["Basic aWQ6eB=="]],
    ["a blank within", ["Basic aWQ6 eA=="]],
    ["no colon", [`Basic ${base64("idsecret")}`]],
    ["no id", [`Basic ${base64(":secret")}`]],
    ["no secret", [`Basic ${base64("id:")}`]],
    ["a control character", [`Basic ${base64("id:se\0cret")}`]],
    ["a line end", [`Basic ${base64("id:secret\n")}`]],
    ["bytes that are not UTF-8", [`Basic ${base64(Uint8Array.of(105, 58, 0xff))}`]],
    ["too much", [`Basic ${base64(`id:${"x".repeat(9000)}`)}`]],
  ])("%s", (_what, values) => {
    expect(readAuthorization(values)).toEqual({ kind: "malformed" });
  });

  test("or somebody's, but never fails, whatever is sent", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(["malformed", "bearer"]).toContain(readAuthorization([`Bearer ${text}`]).kind);
        expect(["malformed", "basic"]).toContain(readAuthorization([`Basic ${base64(text)}`]).kind);
        expect(["malformed", "basic", "bearer"]).toContain(readAuthorization([text]).kind);
      }),
    );
  });
});
