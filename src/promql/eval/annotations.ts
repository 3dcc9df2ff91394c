import type { PositionRange } from "../syntax/position-range.ts";
import { textPlace } from "../syntax/text-place.ts";

/** What a query says beside its answer: something is likely wrong (warning) or worth a look (info). */
export interface Annotation {
  readonly severity: "warning" | "info";
  /** Without position: `PromQL warning: …`. */
  readonly message: string;
  readonly position: PositionRange;
}

/** Where those who compute put what they have to say. */
export interface AnnotationSink {
  warn(message: string, position: PositionRange): void;
  info(message: string, position: PositionRange): void;
}

/**
 * Collects each text once, in the order of appearance. Where several places of the query have said
 * the same, the one that is evaluated last is named, as in Prometheus.
 */
export class Annotations implements AnnotationSink {
  readonly #found = new Map<string, Annotation>();

  warn(message: string, position: PositionRange): void {
    this.#add({ severity: "warning", message: `PromQL warning: ${message}`, position });
  }

  info(message: string, position: PositionRange): void {
    this.#add({ severity: "info", message: `PromQL info: ${message}`, position });
  }

  all(): readonly Annotation[] {
    return [...this.#found.values()];
  }

  #add(annotation: Annotation): void {
    const earlier = this.#found.get(annotation.message);
    if (earlier === undefined || isEvaluatedAfter(annotation.position, earlier.position)) {
      this.#found.set(annotation.message, annotation);
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
