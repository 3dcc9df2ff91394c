/**
 * Moves, appends and deletes by path through objects and lists: a number in a path is an item of a
 * list, `*` is every item, so that lists can be flattened and renamed from within.
 */
import type { FlatmapOperation } from "../config/extra/flatmap-options.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json/parse-json.ts";

type MutableList = JsonValue[];

export function createFlatmap(
  operations: readonly FlatmapOperation[],
): (data: JsonObject) => JsonObject {
  return (data) => {
    for (const operation of operations) apply(data, operation);
    return data;
  };
}

function apply(data: JsonObject, operation: FlatmapOperation): void {
  switch (operation.kind) {
    case "delete":
      for (const path of operation.paths) removeAll(data, path);
      return;
    case "move":
      return move(data, operation.from, operation.to);
    case "append":
      return append(data, operation.from, operation.to);
  }
}

/** Removes what stands at the path and gives it; undefined where nothing does. */
function remove(holder: JsonValue, key: string): JsonValue | undefined {
  if (Array.isArray(holder)) return (holder as MutableList).splice(Number(key), 1)[0];
  if (!isJsonObject(holder) || !Object.hasOwn(holder, key)) return undefined;
  const value = holder[key];
  delete holder[key];
  return value;
}

function child(holder: JsonValue, key: string): JsonValue | undefined {
  if (Array.isArray(holder)) return (holder as MutableList)[Number(key)];
  return isJsonObject(holder) && Object.hasOwn(holder, key) ? holder[key] : undefined;
}

function removeAll(holder: JsonValue, path: readonly string[]): void {
  const [key = "", ...rest] = path;
  if (key === "*" && Array.isArray(holder)) {
    if (rest.length === 0) (holder as MutableList).length = 0;
    else for (const item of holder as MutableList) removeAll(item, rest);
    return;
  }
  if (rest.length === 0) remove(holder, key);
  else {
    const below = child(holder, key);
    if (below !== undefined) removeAll(below, rest);
  }
}

/** A `*` in both paths stands for the same item. */
function move(holder: JsonValue, from: readonly string[], to: readonly string[]): void {
  const star = from.indexOf("*");
  if (star === -1) {
    const value = take(holder, from);
    if (value !== undefined) put(holder, to, value);
    return;
  }
  const list =
    star === 0
      ? holder
      : from
          .slice(0, star)
          .reduce<JsonValue | undefined>(
            (at, key) => (at === undefined ? at : child(at, key)),
            holder,
          );
  if (!Array.isArray(list)) return;
  for (const index of (list as MutableList).keys()) {
    const bind = (path: readonly string[]) => path.with(star, String(index));
    move(holder, bind(from), to[star] === "*" ? bind(to) : to);
  }
}

function append(holder: JsonValue, from: readonly string[], to: readonly string[]): void {
  const value = take(holder, from);
  if (value === undefined) return;
  const target = to.reduce<JsonValue | undefined>(
    (at, key) => (at === undefined ? at : child(at, key)),
    holder,
  );
  const more = Array.isArray(value) ? (value as MutableList) : [value];
  if (Array.isArray(target)) (target as MutableList).push(...more);
  else put(holder, to, target === undefined ? more : [target, ...more]);
}

function take(holder: JsonValue, path: readonly string[]): JsonValue | undefined {
  const parent = path
    .slice(0, -1)
    .reduce<JsonValue | undefined>((at, key) => (at === undefined ? at : child(at, key)), holder);
  return parent === undefined ? undefined : remove(parent, path.at(-1) ?? "");
}

/** Makes the objects on the way where they are missing. */
function put(holder: JsonValue, path: readonly string[], value: JsonValue): void {
  let place: JsonValue = holder;
  for (const key of path.slice(0, -1)) {
    const below = child(place, key);
    const next: JsonValue =
      below !== undefined && typeof below === "object" && below !== null
        ? below
        : (Object.create(null) as JsonObject);
    if (below !== next) setChild(place, key, next);
    place = next;
  }
  setChild(place, path.at(-1) ?? "", value);
}

function setChild(holder: JsonValue, key: string, value: JsonValue): void {
  if (Array.isArray(holder)) (holder as MutableList)[Number(key)] = value;
  else if (isJsonObject(holder)) {
    Object.defineProperty(holder, key, {
      value,
      configurable: true,
      enumerable: true,
      writable: true,
    });
  }
}
