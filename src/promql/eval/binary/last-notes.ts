import type { PositionRange } from "../../syntax/position-range.ts";
import type { AnnotationSink } from "../annotations.ts";

/** At each step an operator tells only of the last pair of points that it has something to say of. */
export class LastNotes implements AnnotationSink {
  readonly #byStep = new Map<number, (sink: AnnotationSink) => void>();
  /** Of which step the next note is. */
  step = 0;

  warn(message: string, position: PositionRange): void {
    this.#byStep.set(this.step, (sink) => sink.warn(message, position));
  }

  info(message: string, position: PositionRange): void {
    this.#byStep.set(this.step, (sink) => sink.info(message, position));
  }

  tell(sink: AnnotationSink): void {
    for (const tell of this.#byStep.values()) tell(sink);
  }
}
