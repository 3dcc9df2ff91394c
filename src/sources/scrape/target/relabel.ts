/**
 * Relabeling as Prometheus does it (`model/relabel`): rules are applied in order to a set of labels;
 * each may change the set or drop the whole. Expressions are RE2, match the whole text, and dot
 * matches newline. A label with an empty value does not exist.
 */
import { createHash } from "node:crypto";
import { RE2JS } from "re2js";
import { assert, unreachable } from "#lib/assert";
import type { RelabelRule } from "../scrape-config.ts";
import { ScrapeError } from "../scrape-error.ts";
import { expandTemplate, parseTemplate } from "./expand-template.ts";
import { isLegacyLabelName, isUtf8Name } from "./label-name.ts";
import { simpleLowerCase, simpleUpperCase } from "./simple-case.ts";

/** Labels while they are shaped; never holds an empty value. */
export type MutableLabels = Map<string, string>;

/** Changes the labels in place; false: the rule drops them. */
export type Relabeler = (labels: MutableLabels) => boolean;

export interface RelabelOptions {
  /** Label names outside the classic set are skipped as Prometheus does under `legacy`. */
  readonly legacyNames: boolean;
}

/** Sets a label, or removes it where the value is empty. */
export function setLabel(labels: MutableLabels, name: string, value: string): void {
  if (value === "") labels.delete(name);
  else labels.set(name, value);
}

/** Fails with code `relabel_regex_invalid`. */
export function compileRelabelRules(
  rules: readonly RelabelRule[],
  options: RelabelOptions = { legacyNames: false },
): Relabeler {
  const steps = rules.map((rule) => compileRule(rule, options));
  return (labels) => steps.every((step) => step(labels));
}

function compileRule(rule: RelabelRule, options: RelabelOptions): Relabeler {
  const { sourceLabels, separator, targetLabel } = rule;
  const regex = compileRegex(rule.regex);
  const source = (labels: MutableLabels): string =>
    sourceLabels.map((name) => labels.get(name) ?? "").join(separator);
  switch (rule.action) {
    case "keep":
      return (labels) => regex.matches(source(labels));
    case "drop":
      return (labels) => !regex.matches(source(labels));
    case "keepequal":
      return (labels) => (labels.get(targetLabel) ?? "") === source(labels);
    case "dropequal":
      return (labels) => (labels.get(targetLabel) ?? "") !== source(labels);
    case "replace":
      return compileReplace(rule, regex, source, options);
    case "lowercase":
      return keeping((labels) => setLabel(labels, targetLabel, simpleLowerCase(source(labels))));
    case "uppercase":
      return keeping((labels) => setLabel(labels, targetLabel, simpleUpperCase(source(labels))));
    case "hashmod":
      return keeping((labels) =>
        setLabel(labels, targetLabel, hashModulo(source(labels), rule.modulus)),
      );
    case "labelmap":
      return compileLabelMap(rule, regex);
    case "labeldrop":
      return keeping((labels) => deleteNames(labels, (name) => regex.matches(name)));
    case "labelkeep":
      return keeping((labels) => deleteNames(labels, (name) => !regex.matches(name)));
    default:
      return unreachable(rule.action);
  }
}

function compileRegex(text: string): RE2JS {
  try {
    return RE2JS.compile(text, RE2JS.DOTALL);
  } catch (cause) {
    const message = `relabeling regex ${JSON.stringify(text)} is not valid RE2`;
    throw new ScrapeError("relabel_regex_invalid", message, cause);
  }
}

function keeping(change: (labels: MutableLabels) => void): Relabeler {
  return (labels) => {
    change(labels);
    return true;
  };
}

function compileReplace(
  rule: RelabelRule,
  regex: RE2JS,
  source: (labels: MutableLabels) => string,
  options: RelabelOptions,
): Relabeler {
  const target = parseTemplate(rule.targetLabel);
  const replacement = parseTemplate(rule.replacement);
  const isName = options.legacyNames ? isLegacyLabelName : isUtf8Name;
  return keeping((labels) => {
    const matcher = regex.matcher(source(labels));
    if (!matcher.matches()) return;
    const groupText = groupReader(regex, matcher);
    const name = expandTemplate(target, groupText);
    if (isName(name)) setLabel(labels, name, expandTemplate(replacement, groupText));
  });
}

/** Reads groups of the newest match; null for a group that the expression lacks. */
function groupReader(
  regex: RE2JS,
  matcher: ReturnType<RE2JS["matcher"]>,
): (group: string | number) => string | null {
  const names = regex.namedGroups();
  return (group) => {
    const known = typeof group === "number" ? group <= matcher.groupCount() : group in names;
    return known ? matcher.group(group) : null;
  };
}

function compileLabelMap(rule: RelabelRule, regex: RE2JS): Relabeler {
  const replacement = parseTemplate(rule.replacement);
  return keeping((labels) => {
    for (const [name, value] of Array.from(labels)) {
      const matcher = regex.matcher(name);
      if (!matcher.matches()) continue;
      setLabel(labels, expandTemplate(replacement, groupReader(regex, matcher)), value);
    }
  });
}

function deleteNames(labels: MutableLabels, doomed: (name: string) => boolean): void {
  for (const name of Array.from(labels.keys())) {
    if (doomed(name)) labels.delete(name);
  }
}

/** The last 8 bytes of the text's MD5, big-endian, modulo: a stable way to share targets out. */
function hashModulo(text: string, modulus: number): string {
  assert(modulus > 0, "hashmod needs a modulus");
  const digest = createHash("md5").update(text, "utf8").digest();
  return String(digest.readBigUInt64BE(8) % BigInt(modulus));
}
