import { format, inspect } from "node:util";
import { expect, test } from "vitest";
import { Secret } from "./secret.ts";

test("no way of printing it gives the value", () => {
  const secret = new Secret("hunter2");
  const holder = { secret, list: [secret] };
  const shown = [
    `a secret: ${String(secret)}`,
    JSON.stringify(holder),
    inspect(holder, { depth: null, showHidden: true }),
    format("%s %o %j", secret, secret, secret),
    JSON.stringify(structuredClone(secret)),
    Object.entries(secret).join(),
  ].join("\n");
  expect(shown).not.toContain("hunter2");
  expect(shown).toContain("<secret>");
  expect(secret.reveal()).toBe("hunter2");
  expect(secret.equals(new Secret("hunter2"))).toBe(true);
  expect(secret.equals(new Secret("hunter3"))).toBe(false);
});
