import { expect, test } from "vitest";
import type { ClientId } from "#model";
import type { Principal } from "../principal.ts";
import { createVerifiedCredentials } from "./verified-credentials.ts";

const principal: Principal = {
  kind: "client",
  clientId: "c" as ClientId,
  clientName: "c",
  owner: "operator",
  tenantId: null,
  tenantName: null,
  scopes: [],
  entitlement: null,
  entitlementKey: "",
};
const verified = { principal, untilMs: null };
const at = (generation: number): { generation: number; wallMs: number; monotonicMs: number } => ({
  generation,
  wallMs: 0,
  monotonicMs: 0,
});

test("what was read before a change is not kept once the change has been seen", () => {
  const credentials = createVerifiedCredentials();
  // A reads at generation 1 and waits; B sees generation 2; only then does A keep what it read.
  expect(credentials.find("b", "s", at(2))).toBeNull();
  credentials.keep("a", "s", verified, at(1));
  expect(credentials.find("a", "s", at(2))).toBeNull();
  credentials.keep("a", "s", verified, at(2));
  expect(credentials.find("a", "s", at(2))).toBe(principal);
  expect(credentials.find("a", "s", at(3))).toBeNull();
});

test("id and secret cannot lend each other characters", () => {
  const credentials = createVerifiedCredentials();
  credentials.keep("a:b", "c", verified, at(1));
  expect(credentials.find("a", "b:c", at(1))).toBeNull();
  expect(credentials.find("a:b", "c", at(1))).toBe(principal);
});

test("what expires is forgotten by the wall clock, though it was right a moment ago", () => {
  const credentials = createVerifiedCredentials();
  credentials.keep("a", "s", { principal, untilMs: 10 }, at(1));
  expect(credentials.find("a", "s", { ...at(1), wallMs: 9 })).toBe(principal);
  expect(credentials.find("a", "s", { ...at(1), wallMs: 10 })).toBeNull();
});
