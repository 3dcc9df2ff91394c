import type { Expression } from "../syntax/ast/expression.ts";
import { operandsOf } from "../syntax/operands-of.ts";
import { sampleLimitError } from "./query-error.ts";
import type { StepGrid } from "./step-grid.ts";

/** How many samples a query has touched, in Prometheus' terms (`util/stats`). */
export interface QueryStatistics {
  /** Samples looked at, those of overlapping windows once for each window. */
  readonly totalQueryableSamples: number;
  /** The same for each step of the query; null unless asked for. */
  readonly totalQueryableSamplesPerStep: Float64Array | null;
  /** The most that Prometheus would have held in memory at a time. */
  readonly peakSamples: number;
}

/** At which steps of the query a sample counts that was read for a step of some grid. */
type Attribution =
  | "own step"
  /** Read once for what is the same at all steps: Prometheus counts it at each. */
  | "every step";

/**
 * Counts samples as Prometheus does, so that its limit refuses the same queries and its statistics
 * read the same: an operand counts as held until its operator has finished, though here most
 * operands are never held as a whole. Samples read within a subquery do not count, its points do.
 */
export class QuerySamples {
  readonly #max: number;
  readonly #perStep: Float64Array | null;
  readonly #attributions = new Map<StepGrid, Attribution>();
  readonly #heldBy = new Map<Expression, number>();
  readonly #stepCount: number;
  #total = 0;
  #held = 0;
  #peak = 0;

  constructor(grid: StepGrid, max: number, countsPerStep: boolean) {
    this.#max = max;
    this.#stepCount = grid.count;
    this.#perStep = countsPerStep ? new Float64Array(grid.count) : null;
    this.#attributions.set(grid, "own step");
  }

  get countsPerStep(): boolean {
    return this.#perStep !== null;
  }

  /** What is read for the steps of `inner` counts for every step of `grid`. */
  repeat(inner: StepGrid, grid: StepGrid): void {
    if (this.#attributions.has(grid)) this.#attributions.set(inner, "every step");
  }

  /** Samples read over all steps of a grid, where single steps are not counted. */
  read(grid: StepGrid, count: number): void {
    const attribution = this.#attributions.get(grid);
    if (attribution === undefined) return;
    this.#total += attribution === "own step" ? count : count * this.#stepCount;
  }

  /** The part of them that one step has read. */
  readAt(grid: StepGrid, step: number, count: number): void {
    const attribution = this.#attributions.get(grid);
    if (attribution === undefined || this.#perStep === null) return;
    const [from, to] = attribution === "own step" ? [step, step + 1] : [0, this.#stepCount];
    for (let i = from; i < to; i++) this.#perStep[i] = (this.#perStep[i] as number) + count;
  }

  /** Samples that the node's result has in memory. */
  hold(node: Expression, count: number): void {
    this.#held += count;
    this.#heldBy.set(node, (this.#heldBy.get(node) ?? 0) + count);
    this.#rise(0);
  }

  /** Samples in memory for a moment, beside what is held. */
  touch(count: number): void {
    this.#rise(count);
  }

  /** The node's result is complete: its operands are no longer needed. */
  finish(node: Expression): void {
    for (const operand of operandsOf(node)) this.#release(operand);
  }

  #release(node: Expression): void {
    const held = this.#heldBy.get(node);
    if (held === undefined) return this.finish(node);
    this.#held -= held;
    this.#heldBy.delete(node);
  }

  #rise(extra: number): void {
    const now = this.#held + extra;
    if (now > this.#max) throw sampleLimitError();
    if (now > this.#peak) this.#peak = now;
  }

  statistics(): QueryStatistics {
    return {
      totalQueryableSamples: this.#total,
      totalQueryableSamplesPerStep: this.#perStep,
      peakSamples: this.#peak,
    };
  }
}
