/** What of a decoded answer goes on: target, then flatmap or allow, deny and mapping, then group. */
import type { Manipulation } from "../config/backend-config.ts";
import { emptyJsonObject, isJsonObject, type JsonObject } from "../json/parse-json.ts";
import { createFlatmap } from "./flatmap.ts";
import { valueAt } from "./target-writer.ts";

type Step = (data: JsonObject) => JsonObject;

export function createManipulator(manipulation: Manipulation): Step {
  const steps = stepsOf(manipulation);
  return (data) => steps.reduce((current, step) => step(current), data);
}

function stepsOf({ target, flatmap, allow, deny, mapping, group }: Manipulation): readonly Step[] {
  const steps: Step[] = [];
  if (target.length > 0) steps.push((data) => targetOf(data, target));
  if (flatmap.length > 0) steps.push(createFlatmap(flatmap));
  else {
    if (allow.length > 0) steps.push((data) => allowed(data, allow));
    else if (deny.length > 0) steps.push((data) => denied(data, deny));
    if (Object.keys(mapping).length > 0) steps.push((data) => renamed(data, mapping));
  }
  if (group !== null) steps.push((data) => grouped(data, group));
  return steps;
}

function targetOf(data: JsonObject, path: readonly string[]): JsonObject {
  const found = valueAt(data, path);
  return isJsonObject(found) ? found : emptyJsonObject();
}

/** A new object with the paths of the list only; lists on the way are not looked into. */
function allowed(data: JsonObject, paths: readonly (readonly string[])[]): JsonObject {
  const kept = emptyJsonObject();
  for (const path of paths) {
    const found = valueAt(data, path);
    if (found === undefined) continue;
    let place = kept;
    for (const key of path.slice(0, -1)) {
      const below = place[key];
      const next = isJsonObject(below) ? below : emptyJsonObject();
      place[key] = next;
      place = next;
    }
    const last = path.at(-1);
    if (last !== undefined) place[last] = found;
  }
  return kept;
}

function denied(data: JsonObject, paths: readonly (readonly string[])[]): JsonObject {
  for (const path of paths) {
    const parent = path.length === 1 ? data : valueAt(data, path.slice(0, -1));
    const last = path.at(-1);
    if (isJsonObject(parent) && last !== undefined) delete parent[last];
  }
  return data;
}

function renamed(data: JsonObject, mapping: Readonly<Record<string, string>>): JsonObject {
  for (const [from, to] of Object.entries(mapping)) {
    const value = Object.hasOwn(data, from) ? data[from] : undefined;
    if (value === undefined) continue;
    delete data[from];
    Object.defineProperty(data, to.split(".", 1)[0] ?? "", {
      value,
      configurable: true,
      enumerable: true,
      writable: true,
    });
  }
  return data;
}

function grouped(data: JsonObject, name: string): JsonObject {
  const wrapped = emptyJsonObject();
  wrapped[name] = data;
  return wrapped;
}
