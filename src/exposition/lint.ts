import { labelPairs, type Labels, METRIC_NAME } from "#model";
import { NEWLINE } from "./byte-class.ts";
import { ExpositionError } from "./exposition-error.ts";
import { columnOf, Fault } from "./fault.ts";
import { type ExpositionFormat, isOpenMetrics } from "./format.ts";
import { lintRules, type LintSubject } from "./lint-rules.ts";
import type { StrictFamily } from "./strict-family.ts";
import { visitStrict, withNewline } from "./strict-parser.ts";
import { readTextDocument, type TextFamily } from "./text-document.ts";

/** One remark on a document. */
export interface LintFinding {
  /** An error makes the document invalid; a warning is a matter of good style. */
  readonly severity: "error" | "warning";
  /** Stable: an `ExpositionErrorCode`, or the rule's name. */
  readonly code: string;
  readonly line: number;
  readonly column: number;
  /** The metric that a warning is about; "" for errors. */
  readonly metric: string;
  readonly message: string;
}

/** What `gaugeway lint` prints. */
export interface LintReport {
  readonly isValid: boolean;
  /** In the order of their places. */
  readonly findings: readonly LintFinding[];
  readonly families: number;
  readonly samples: number;
}

/** Faults after which the rest of a text document is not looked at. */
const FAULTS_MAX = 1000;

/**
 * Judges a document: OpenMetrics to the letter, up to the first violation; Prometheus text line by
 * line. Warnings in the manner of `promtool check metrics`.
 */
export function lint(bytes: Uint8Array, format: ExpositionFormat): LintReport {
  return isOpenMetrics(format) ? lintOpenMetrics(bytes) : lintText(bytes);
}

function lintOpenMetrics(bytes: Uint8Array): LintReport {
  const places = new PlaceFinder(bytes);
  const findings: LintFinding[] = [];
  let families = 0;
  let samples = 0;
  try {
    visitStrict(bytes, (family) => {
      families += 1;
      samples += family.samples.length;
      findings.push(...remarksOn(strictSubject(family), places.find(family.position)));
    });
  } catch (error) {
    if (!(error instanceof ExpositionError)) throw error;
    const { code, line, column, reason } = error;
    findings.push({ severity: "error", code, line, column, metric: "", message: reason });
    return { isValid: false, findings, families, samples };
  }
  return { isValid: true, findings, families, samples };
}

function lintText(bytes: Uint8Array): LintReport {
  const whole = withNewline(bytes);
  const { families, faults } = readTextDocument(whole, FAULTS_MAX);
  const places = new PlaceFinder(whole);
  const findings = [...families, ...faults]
    .toSorted((a, b) => a.position - b.position)
    .flatMap((item) => {
      const place = places.find(item.position);
      if (!(item instanceof Fault)) return remarksOn(textSubject(item), place);
      const { code, message } = item;
      return [{ severity: "error" as const, code, ...place, metric: "", message }];
    });
  const samples = families.reduce((sum, family) => sum + family.series.length, 0);
  return { isValid: faults.length === 0, findings, families: families.length, samples };
}

interface Place {
  readonly line: number;
  readonly column: number;
}

function remarksOn(subject: LintSubject, place: Place): LintFinding[] {
  return lintRules.flatMap(({ code, check }) => {
    const message = check(subject);
    return message === null
      ? []
      : [{ severity: "warning" as const, code, ...place, metric: subject.name, message }];
  });
}

/** OpenMetrics counters always have their suffix on samples: the rules see them with it. */
function strictSubject(family: StrictFamily): LintSubject {
  const isCounter = family.type === "counter";
  return {
    name: isCounter ? `${family.family}_total` : family.family,
    type: family.type,
    hasType: family.hasType,
    help: family.help,
    labelNames: labelNamesOf(family.samples.map(({ labels }) => labels)),
    hasTimestamps: family.samples.some(({ timestampSeconds }) => timestampSeconds !== null),
  };
}

function textSubject(family: TextFamily): LintSubject {
  const { name, type, hasType, hasTimestamps } = family;
  const labelNames = labelNamesOf(family.series);
  return { name, type, hasType, hasTimestamps, labelNames, help: family.help ?? "" };
}

function labelNamesOf(series: readonly Labels[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const labels of series) {
    for (const [name] of labelPairs(labels)) if (name !== METRIC_NAME) names.add(name);
  }
  return names;
}

/** Lines and columns of rising byte positions. */
class PlaceFinder {
  readonly #bytes: Uint8Array;
  #line = 1;
  #lineStart = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  find(position: number): Place {
    let newline = this.#bytes.indexOf(NEWLINE, this.#lineStart);
    while (newline >= 0 && newline < position) {
      this.#line += 1;
      this.#lineStart = newline + 1;
      newline = this.#bytes.indexOf(NEWLINE, this.#lineStart);
    }
    return { line: this.#line, column: columnOf(this.#bytes, this.#lineStart, position) };
  }
}
