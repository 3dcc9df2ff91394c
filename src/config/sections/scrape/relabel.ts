/** `<relabel_config>`: eleven actions, and for each which keys it needs and which it refuses. */
import type { RelabelRule } from "#sources";
import { list, type Refuse, section } from "../../schema/collections.ts";
import { anyText, choice, integer, judged, text } from "../../schema/scalars.ts";
import { defaulted, type KeyTable, optional, present, type ValuesOf } from "../../schema/schema.ts";

const REGEX_DEFAULT = "(.*)";
const REPLACEMENT_DEFAULT = "$1";
const SEPARATOR_DEFAULT = ";";

const NEEDS_TARGET = new Set([
  "replace",
  "hashmod",
  "lowercase",
  "uppercase",
  "keepequal",
  "dropequal",
]);

const RULE_TABLE = {
  source_labels: present(
    list(text(), { called: "label names" }),
    "Labels whose values are joined and matched.",
  ),
  separator: optional(anyText(), "Stands between the joined values; `;` unless given."),
  target_label: optional(text(), "The label that is written."),
  regex: optional(
    judged("an RE2 expression", (checks, value) => checks.regex(value)),
    "RE2, matched against the whole text; `(.*)` unless given.",
  ),
  modulus: optional(integer({ min: 1 }), "For hashmod."),
  replacement: optional(
    anyText(),
    "What is written; `$1`, `$${name}` stand for groups; `$1` unless given.",
  ),
  action: defaulted(
    choice(
      "replace",
      "lowercase",
      "uppercase",
      "keep",
      "drop",
      "keepequal",
      "dropequal",
      "hashmod",
      "labelmap",
      "labeldrop",
      "labelkeep",
    ),
    "replace",
    "What the rule does.",
  ),
} as const satisfies KeyTable;

type RuleValues = ValuesOf<typeof RULE_TABLE>;

/** The checks of Prometheus' `relabel.Config.Validate`. */
function refuseRule(values: RuleValues, refuse: Refuse): void {
  const { action } = values;
  if (action === "hashmod" && values.modulus === null)
    refuse("modulus", "missing; hashmod needs it");
  if (NEEDS_TARGET.has(action) && values.target_label === null) {
    refuse("target_label", `missing; ${action} needs it`);
  }
  if ((action === "lowercase" || action === "uppercase") && !isDefaultReplacement(values)) {
    refuse("replacement", `has no meaning with ${action}; remove it`);
  }
  if (action === "keepequal" || action === "dropequal") {
    refuseGiven(values, ["regex", "modulus", "separator", "replacement"], refuse);
  }
  if (action === "labeldrop" || action === "labelkeep") {
    if (values.source_labels.length > 0) {
      refuse("source_labels", `has no meaning with ${action}; only regex is allowed`);
    }
    refuseGiven(values, ["target_label", "modulus", "separator", "replacement"], refuse);
  }
}

function isDefaultReplacement(values: RuleValues): boolean {
  return values.replacement === null || values.replacement === REPLACEMENT_DEFAULT;
}

type Droppable = "regex" | "modulus" | "separator" | "replacement" | "target_label";

/** Writing a default out is allowed, as in Prometheus. */
const DEFAULTS: Readonly<Record<Droppable, string | null>> = {
  regex: REGEX_DEFAULT,
  modulus: null,
  separator: SEPARATOR_DEFAULT,
  replacement: REPLACEMENT_DEFAULT,
  target_label: null,
};

function refuseGiven(values: RuleValues, names: readonly Droppable[], refuse: Refuse): void {
  for (const name of names) {
    if (values[name] !== null && values[name] !== DEFAULTS[name]) {
      refuse(name, `has no meaning with ${values.action}; remove it`);
    }
  }
}

export const relabelSchema = list(section(RULE_TABLE, { check: refuseRule }), {
  max: 10_000,
  called: "rules",
});

export function toRelabelRules(values: readonly RuleValues[]): RelabelRule[] {
  return values.map((rule) => ({
    action: rule.action,
    sourceLabels: rule.source_labels,
    separator: rule.separator ?? SEPARATOR_DEFAULT,
    regex: rule.regex ?? REGEX_DEFAULT,
    modulus: rule.modulus ?? 0,
    targetLabel: rule.target_label ?? "",
    replacement: rule.replacement ?? REPLACEMENT_DEFAULT,
  }));
}
