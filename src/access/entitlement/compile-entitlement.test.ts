import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileMatcher, labelPairs, labelsOf, labelsOfRecord, labelValue } from "#model";
import { AccessError } from "../access-error.ts";
import { compileEntitlement } from "./compile-entitlement.ts";
import { type Entitlement, NO_ENTITLEMENT } from "./entitlement.ts";
import { entitlementKey } from "./entitlement-key.ts";

const entitlement = (part: Partial<Entitlement>): Entitlement => ({ ...NO_ENTITLEMENT, ...part });

const refusal = (part: Partial<Entitlement>): string => {
  try {
    compileEntitlement(entitlement(part));
  } catch (error) {
    if (error instanceof AccessError && error.code === "entitlement_invalid") return error.message;
    throw error;
  }
  throw new Error("accepted");
};

const transformed = (
  part: Partial<Entitlement>,
  record: Record<string, string>,
): readonly string[] =>
  compileEntitlement(entitlement({ selectors: ["m"], ...part })).transform(labelsOfRecord(record));

const rename = (from: string, to: string): { from: string; to: string } => ({ from, to });
describe("admits", () => {
  test("nothing without an entitlement or without selectors", () => {
    const up = labelsOfRecord({ __name__: "up" });
    expect(compileEntitlement(null).admits(up)).toBe(false);
    expect(compileEntitlement(NO_ENTITLEMENT).admits(up)).toBe(false);
  });

  test("the union of its selectors", () => {
    const { admits, selectors } = compileEntitlement(
      entitlement({ selectors: ['a{t="1"}', 'a{t="2"}', '{u=~"x.+"}', "b"] }),
    );
    const admitted = (record: Record<string, string>): boolean => admits(labelsOfRecord(record));
    expect(admitted({ __name__: "a", t: "1" })).toBe(true);
    expect(admitted({ __name__: "a", t: "2" })).toBe(true);
    expect(admitted({ __name__: "a", t: "3" })).toBe(false);
    expect(admitted({ __name__: "a" })).toBe(false);
    expect(admitted({ __name__: "a", t: "3", u: "xy" })).toBe(true);
    expect(admitted({ __name__: "c", u: "x" })).toBe(false);
    expect(admitted({ __name__: "b" })).toBe(true);
    expect(admitted({ __name__: "__proto__" })).toBe(false);
    expect(selectors).toHaveLength(4);
  });

  test("ids that look like expressions only as themselves", () => {
    for (const id of [".*", "a|b", "a.c", "(?i)a", "^a$", "a\\", "[a", "a\nb", "a\0"]) {
      const { admits } = compileEntitlement(
        entitlement({ selectors: [`{tenant=${JSON.stringify(id)}}`] }),
      );
      expect(admits(labelsOfRecord({ __name__: "m", tenant: id }))).toBe(true);
      for (const other of ["a", "b", "abc", "A", "", "x"]) {
        expect(admits(labelsOfRecord({ __name__: "m", tenant: other }))).toBe(false);
      }
    }
  });
});

describe("transform", () => {
  test("gives the labels themselves back where nothing is to be done", () => {
    const compiled = compileEntitlement(entitlement({ selectors: ["m"] }));
    const labels = labelsOfRecord({ __name__: "m", a: "1" });
    expect(compiled.rewritesLabels).toBe(false);
    expect(compiled.transform(labels)).toBe(labels);
  });

  test("drops", () => {
    expect(transformed({ dropLabels: ["a", "z"] }, { __name__: "m", a: "1", b: "2" })).toEqual(
      labelsOfRecord({ __name__: "m", b: "2" }),
    );
  });

  test("renames, all at once", () => {
    const renameLabels = [
      { from: "a", to: "b" },
      { from: "b", to: "a" },
    ];
    expect(transformed({ renameLabels }, { __name__: "m", a: "1", b: "2" })).toEqual(
      labelsOfRecord({ __name__: "m", a: "2", b: "1" }),
    );
    expect(transformed({ renameLabels }, { __name__: "m", a: "1" })).toEqual(
      labelsOfRecord({ __name__: "m", b: "1" }),
    );
  });

  test("replaces what stands at the new name, on either side of it", () => {
    for (const to of ["a", "z"]) {
      const renameLabels = [{ from: "k", to }];
      expect(transformed({ renameLabels }, { __name__: "m", k: "1", [to]: "secret" })).toEqual(
        labelsOfRecord({ __name__: "m", [to]: "1" }),
      );
    }
  });
});

describe("refuses", () => {
  test.each<[string, Partial<Entitlement>]>([
    ['selector "{": 1:2: parse error: unexpected end of input inside braces', { selectors: ["{"] }],
    ["vector selector must contain at least one non-empty matcher", { selectors: ['{a=~".*"}'] }],
    ["cannot be dropped", { dropLabels: ["__name__"] }],
    ["takes no part in renames", { renameLabels: [rename("__name__", "x")] }],
    ["takes no part in renames", { renameLabels: [rename("x", "__name__")] }],
    ["dropped twice", { dropLabels: ["a", "a"] }],
    ["renamed twice", { renameLabels: [rename("a", "b"), rename("a", "c")] }],
    ["two labels are renamed", { renameLabels: [rename("a", "c"), rename("b", "c")] }],
    ["both dropped and renamed", { dropLabels: ["a"], renameLabels: [rename("a", "b")] }],
    ["both dropped and the new name", { dropLabels: ["b"], renameLabels: [rename("a", "b")] }],
    ["renamed to itself", { renameLabels: [rename("a", "a")] }],
    ["cannot be empty", { dropLabels: [""] }],
    ["not valid Unicode", { dropLabels: ["\ud800"] }],
    ["longer than 1024 bytes", { dropLabels: ["é".repeat(513)] }],
    ["at least 1 s", { maxAgeMs: 999 }],
    ["at least 1 s", { maxAgeMs: Number.NaN }],
    ["refuse, sum or max", { onCollision: "toString" as "sum" }],
    ["at most 1000 are allowed", { selectors: Array.from({ length: 1001 }, () => "up") }],
    [
      "bytes of text",
      { selectors: Array.from({ length: 100 }, () => `{a="${"x".repeat(3000)}"}`) },
    ],
  ])("%s", (reason, part) => {
    expect(refusal(part)).toContain(reason);
  });
});

describe("the key", () => {
  test("is the same for the same rule written otherwise", () => {
    const one = entitlement({
      selectors: ['a{x="1",y="2"}', "b"],
      dropLabels: ["p", "q"],
      renameLabels: [
        { from: "c", to: "d" },
        { from: "e", to: "f" },
      ],
    });
    const other = entitlement({
      selectors: ["b{}", "{y='2', x=`1`, __name__=\"a\"} # same", "b"],
      dropLabels: ["q", "p"],
      renameLabels: one.renameLabels.toReversed(),
    });
    expect(entitlementKey(other)).toBe(entitlementKey(one));
  });

  test("differs wherever the rules differ, also where joined text would not", () => {
    const rules: readonly Partial<Entitlement>[] = [
      {},
      { selectors: ["a"] },
      { selectors: ["a", "b"] },
      { selectors: ['{__name__=~"a|b"}'] },
      { dropLabels: ["a", "b"] },
      { dropLabels: ["a,b"] },
      { dropLabels: ["a:1:b"] },
      { dropLabels: ["1:a", "b"] },
      { renameLabels: [{ from: "a", to: "b" }] },
      { renameLabels: [{ from: "b", to: "a" }] },
      { maxAgeMs: 1000 },
      { maxAgeMs: 10_000 },
      { onCollision: "sum" },
      { onCollision: "max" },
    ];
    const keys = rules.map((rule) => entitlementKey(entitlement(rule)));
    expect(new Set(keys).size).toBe(rules.length);
  });
});

/** Few names and values, so that random series and random rules often meet. */
const labelName = fc.constantFrom("tenant", "job", "a", "b");
const word = fc.constantFrom("", "a", "b", "ab", "a|b", ".*", "secret-1", "secret-2");
const series = fc
  .record({ name: fc.constantFrom("m", "n"), rest: fc.dictionary(labelName, word, { maxKeys: 4 }) })
  .map(({ name, rest }) => labelsOfRecord({ ...rest, __name__: name }));
const labelMatcherText = fc
  .tuple(labelName, fc.constantFrom("=", "!=", "=~", "!~"), word)
  .map(([name, operator, value]) => `${name}${operator}${JSON.stringify(value)}`);
const selector = fc
  .array(labelMatcherText, { maxLength: 3 })
  .map((matchers) => `{${['__name__=~"[mn]"', ...matchers].join(",")}}`)
  .filter((text) => {
    try {
      compileEntitlement(entitlement({ selectors: [text] }));
      return true;
    } catch {
      return false;
    }
  });

test("a series that no selector of a tenant names never passes, whatever the others are", () => {
  fc.assert(
    fc.property(fc.array(selector, { maxLength: 4 }), fc.array(series), (selectors, all) => {
      const compiled = compileEntitlement(entitlement({ selectors }));
      for (const labels of all) {
        const isNamed = compiled.selectors.some((matchers) =>
          matchers.every((m) => compileMatcher(m)(labelValue(labels, m.name))),
        );
        expect(compiled.admits(labels)).toBe(isNamed);
      }
    }),
  );
});

test("tenants told apart by one label share no series", () => {
  const pair = fc.uniqueArray(
    word.filter((text) => text !== ""),
    { minLength: 2, maxLength: 2 },
  );
  fc.assert(
    fc.property(
      pair,
      fc.array(series),
      fc.array(labelMatcherText, { maxLength: 2 }),
      (ids, all, extra) => {
        const [a, b] = ids.map((id) => {
          const conditions = [`tenant=${JSON.stringify(id)}`, ...extra].join(",");
          return compileEntitlement(entitlement({ selectors: [`{${conditions}}`] }));
        });
        for (const labels of all) {
          expect(a?.admits(labels) === true && b?.admits(labels) === true).toBe(false);
        }
      },
    ),
  );
});

test("a dropped label's name and value are nowhere in what the tenant sees", () => {
  const renames = fc.constantFrom<Entitlement["renameLabels"]>(
    [],
    [{ from: "a", to: "b" }],
    [{ from: "job", to: "a" }],
  );
  fc.assert(
    fc.property(series, renames, (labels, renameLabels) => {
      const stored = labelsOf([
        ...Array.from(labelPairs(labels)).filter(([name]) => name !== "tenant"),
        ["tenant", "canary"],
        ["x", "canary"],
      ]);
      const rule = entitlement({ selectors: ["m"], dropLabels: ["tenant", "x"], renameLabels });
      const seen = compileEntitlement(rule).transform(stored);
      expect(seen).not.toContain("canary");
      expect(seen).not.toContain("tenant");
      expect(labelValue(seen, "__name__")).toBe(labelValue(labels, "__name__"));
      expect(labelsOf(labelPairs(seen))).toEqual(seen);
    }),
  );
});
