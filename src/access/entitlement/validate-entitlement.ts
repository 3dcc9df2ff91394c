import { METRIC_NAME } from "#model";
import { parseSelector, PromqlSyntaxError, type VectorSelector } from "#promql";
import { AccessError } from "../access-error.ts";
import type { CollisionPolicy, Entitlement } from "./entitlement.ts";
import {
  ENTITLEMENT_LABELS_MAX,
  ENTITLEMENT_SELECTORS_MAX,
  ENTITLEMENT_TEXT_BYTES_MAX,
  LABEL_NAME_BYTES_MAX,
  MAX_AGE_MIN_MS,
} from "./limits.ts";

const POLICIES: Readonly<Record<CollisionPolicy, true>> = { refuse: true, sum: true, max: true };

/** The entitlement's selectors, parsed. Throws AccessError `entitlement_invalid`. */
export function validateEntitlement(entitlement: Entitlement): readonly VectorSelector[] {
  const { selectors, dropLabels, renameLabels, maxAgeMs, onCollision } = entitlement;
  checkCount("selectors", selectors.length, ENTITLEMENT_SELECTORS_MAX);
  checkCount("labels to drop", dropLabels.length, ENTITLEMENT_LABELS_MAX);
  checkCount("labels to rename", renameLabels.length, ENTITLEMENT_LABELS_MAX);
  const text = selectors.concat(
    dropLabels,
    renameLabels.flatMap((rename) => [rename.from, rename.to]),
  );
  const textBytes = text.reduce((sum, part) => sum + Buffer.byteLength(part), 0);
  checkCount("bytes of text", textBytes, ENTITLEMENT_TEXT_BYTES_MAX);
  checkLabels(entitlement);
  if (maxAgeMs !== null && !(Number.isSafeInteger(maxAgeMs) && maxAgeMs >= MAX_AGE_MIN_MS)) {
    throw invalid(`the maximum age must be at least ${MAX_AGE_MIN_MS / 1000} s`);
  }
  if (!Object.hasOwn(POLICIES, onCollision)) {
    throw invalid("the collision policy must be refuse, sum or max");
  }
  return selectors.map(parse);
}

function parse(selector: string): VectorSelector {
  try {
    return parseSelector(selector);
  } catch (error) {
    if (!(error instanceof PromqlSyntaxError)) throw error;
    throw invalid(`selector ${JSON.stringify(shortened(selector))}: ${error.message}`, error);
  }
}

/** Refuses rules whose outcome would depend on the order in which they are applied. */
function checkLabels({ dropLabels, renameLabels }: Entitlement): void {
  const dropped = new Set<string>();
  for (const name of dropLabels) {
    checkName(name);
    if (name === METRIC_NAME) throw invalid("the metric's name (__name__) cannot be dropped");
    if (dropped.has(name)) throw invalid(`label ${quoted(name)} is dropped twice`);
    dropped.add(name);
  }
  const sources = new Set<string>();
  const targets = new Set<string>();
  for (const { from, to } of renameLabels) {
    checkName(from);
    checkName(to);
    if (from === METRIC_NAME || to === METRIC_NAME) {
      throw invalid("the metric's name (__name__) takes no part in renames");
    }
    if (from === to) throw invalid(`label ${quoted(from)} is renamed to itself`);
    if (dropped.has(from)) throw invalid(`label ${quoted(from)} is both dropped and renamed`);
    if (dropped.has(to)) {
      throw invalid(`label ${quoted(to)} is both dropped and the new name of ${quoted(from)}`);
    }
    if (sources.has(from)) throw invalid(`label ${quoted(from)} is renamed twice`);
    if (targets.has(to)) throw invalid(`two labels are renamed to ${quoted(to)}`);
    sources.add(from);
    targets.add(to);
  }
}

function checkName(name: string): void {
  if (name === "") throw invalid("a label's name cannot be empty");
  if (Buffer.byteLength(name) > LABEL_NAME_BYTES_MAX) {
    throw invalid(`label ${quoted(name)} is longer than ${LABEL_NAME_BYTES_MAX} bytes`);
  }
  if (!name.isWellFormed()) throw invalid(`label ${quoted(name)} is not valid Unicode`);
}

function checkCount(what: string, count: number, max: number): void {
  if (count > max) throw invalid(`it has ${count} ${what}, at most ${max} are allowed`);
}

function invalid(reason: string, cause?: unknown): AccessError {
  return new AccessError("entitlement_invalid", `Entitlement refused: ${reason}.`, cause);
}

const SHOWN_CHARS_MAX = 80;

function quoted(name: string): string {
  return JSON.stringify(shortened(name));
}

function shortened(text: string): string {
  return text.length > SHOWN_CHARS_MAX ? `${text.slice(0, SHOWN_CHARS_MAX)}…` : text;
}
