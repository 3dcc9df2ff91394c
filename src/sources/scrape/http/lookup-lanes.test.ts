import type { LookupAddress } from "node:dns";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createLookup, type ResolveAll } from "./lookup-lanes.ts";

type Answer = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;

/** A resolver that answers when it is told. */
function heldResolver(): { resolve: ResolveAll; running: Map<string, Answer> } {
  const running = new Map<string, Answer>();
  return { running, resolve: (hostname, _options, done) => running.set(hostname, done) };
}

const FOUND = [{ address: "10.0.0.1", family: 4 }];

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("slow names never hold more than one thread for long, and others go on", () => {
  const { resolve, running } = heldResolver();
  const lookup = createLookup(resolve);
  const answered: string[] = [];
  const ask = (name: string): void => lookup(name, {}, () => answered.push(name));
  ["slow-1", "slow-2", "fast-1", "fast-2"].forEach(ask);
  expect(Array.from(running.keys())).toEqual(["slow-1", "slow-2"]);
  vi.advanceTimersByTime(600);
  expect(Array.from(running.keys())).toEqual(["slow-1", "slow-2", "fast-1"]);
  running.get("fast-1")?.(null, FOUND);
  running.get("fast-2")?.(null, FOUND);
  expect(answered).toEqual(["fast-1", "fast-2"]);
  running.get("slow-2")?.(null, FOUND);
  running.get("slow-1")?.(null, FOUND);
  running.clear();
  ["slow-1", "slow-2", "fast-3", "fast-4"].forEach(ask);
  expect(Array.from(running.keys()).toSorted()).toEqual(["fast-3", "fast-4", "slow-1"]);
});

test("equal questions share one lookup, and addresses need none", () => {
  const { resolve, running } = heldResolver();
  const lookup = createLookup(resolve);
  const seen: unknown[] = [];
  lookup("a", {}, (_error, address, family) => seen.push([address, family]));
  lookup("a", {}, (_error, address, family) => seen.push([address, family]));
  lookup("::1", { all: true }, (_error, addresses) => seen.push(addresses));
  expect(running.size).toBe(1);
  running.get("a")?.(null, FOUND);
  expect(seen).toEqual([[{ address: "::1", family: 6 }], ["10.0.0.1", 4], ["10.0.0.1", 4]]);
});
