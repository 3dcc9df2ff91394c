import type { PositionRange } from "../syntax/position-range.ts";
import { textPlace } from "../syntax/text-place.ts";

/** What a query says beside its answer: something is likely wrong (warning) or worth a look (info). */
export interface Annotation {
  readonly severity: "warning" | "info";
  /** Without position: `PromQL warning: …`. */
  readonly message: string;
  readonly position: PositionRange;
}

/**
 * Where those who compute put what they have to say. `speaker` is what says it, where `position` is
 * only a part of that, such as a parameter.
 */
export interface AnnotationSink {
  warn(message: string, position: PositionRange, speaker?: PositionRange): void;
  info(message: string, position: PositionRange, speaker?: PositionRange): void;
}

interface Found {
  readonly annotation: Annotation;
  readonly speaker: PositionRange;
}

/**
 * Collects each text once, in the order of appearance. Where several places of the query have said
 * the same, the one that is evaluated last is named, as in Prometheus.
 */
export class Annotations implements AnnotationSink {
  readonly #found = new Map<string, Found>();

  warn(message: string, position: PositionRange, speaker: PositionRange = position): void {
    this.#add({ severity: "warning", message: `PromQL warning: ${message}`, position }, speaker);
  }

  info(message: string, position: PositionRange, speaker: PositionRange = position): void {
    this.#add({ severity: "info", message: `PromQL info: ${message}`, position }, speaker);
  }

  all(): readonly Annotation[] {
    return Array.from(this.#found.values(), ({ annotation }) => annotation);
  }

  #add(annotation: Annotation, speaker: PositionRange): void {
    const earlier = this.#found.get(annotation.message);
    if (earlier === undefined || isEvaluatedAfter(speaker, earlier.speaker)) {
      this.#found.set(annotation.message, { annotation, speaker });
    }
  }
}

/** Operands come before what is made of them, the left before the right. */
function isEvaluatedAfter(a: PositionRange, b: PositionRange): boolean {
  if (contains(a, b)) return true;
  return !contains(b, a) && a.start > b.start;
}

function contains(outer: PositionRange, inner: PositionRange): boolean {
  return outer.start <= inner.start && outer.end >= inner.end;
}

/** As Prometheus prints it: the message and `(line:column)` of its place in the query. */
export function formatAnnotation(annotation: Annotation, query: string): string {
  return `${annotation.message} (${textPlace(query, annotation.position.start)})`;
}
