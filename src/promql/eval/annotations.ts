import type { PositionRange } from "../syntax/position-range.ts";

/** What a query says beside its answer: something is likely wrong (warning) or worth a look (info). */
export interface Annotation {
  readonly severity: "warning" | "info";
  /** Without position: `PromQL warning: …`. */
  readonly message: string;
  readonly position: PositionRange;
}

/** Collects each annotation once, in the order of appearance. */
export class Annotations {
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
    const key = `${annotation.message} ${annotation.position.start}`;
    if (!this.#found.has(key)) this.#found.set(key, annotation);
  }
}

/** As Prometheus prints it: the message and `(line:column)` of its place in the query. */
export function formatAnnotation(annotation: Annotation, query: string): string {
  const before = query.slice(0, annotation.position.start);
  const line = before.split("\n").length;
  const column = before.length - (before.lastIndexOf("\n") + 1) + 1;
  return `${annotation.message} (${line}:${column})`;
}
