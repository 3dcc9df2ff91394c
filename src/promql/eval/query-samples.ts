import type { Expression } from "../syntax/ast/expression.ts";
import { operandsOf } from "../syntax/operands-of.ts";
import { valueTypeOf } from "../syntax/value-type.ts";
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

interface Held {
  count: number;
  lastCount: number;
}

/** What Prometheus computes in the place of its operand, so that the two are never held together. */
function takesPlaceOfOperand(node: Expression): boolean {
  if (node.kind === "call") return IN_PLACE.has(node.functionName);
  if (node.kind === "aggregation") return node.operator !== "count_values";
  return node.kind === "unary";
}

const IN_PLACE: ReadonlySet<string> = new Set(["label_join", "label_replace"]);

function readsWindows(node: Expression): boolean {
  return node.kind === "call" && node.args.some((arg) => valueTypeOf(arg) === "matrix");
}

/**
 * Counts samples as Prometheus does, so that its limit refuses the same queries and its statistics
 * read the same: an operand counts as held until its operator has finished, though here most
 * operands are never held as a whole. Samples read within a subquery do not count, its points do.
 */
export class QuerySamples {
  readonly #max: number;
  readonly #perStep: Float64Array | null;
  readonly #attributions = new Map<StepGrid, Attribution>();
  readonly #heldBy = new Map<Expression, Held>();
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

  /** A part of the node's result: its samples, and how many of them are of the last step. */
  hold(node: Expression, count: number, lastCount: number): void {
    const held = this.#heldBy.get(node) ?? { count: 0, lastCount: 0 };
    held.count += count;
    held.lastCount += lastCount;
    this.#heldBy.set(node, held);
    if (takesPlaceOfOperand(node)) return;
    this.#held += count;
    this.#rise(0);
  }

  /** The node's result gives way to what has been made of it. */
  letGo(node: Expression): void {
    this.#held -= this.#heldBy.get(node)?.count ?? 0;
    this.#heldBy.delete(node);
  }

  /** Samples in memory for a moment, beside what is held. */
  touch(count: number): void {
    this.#rise(count);
  }

  /** The node's result is complete: its operands are no longer needed. */
  finish(node: Expression): void {
    const takesPlace = takesPlaceOfOperand(node);
    // Prometheus gathers the points of a step from all operands before it computes them.
    if (!takesPlace && !readsWindows(node)) this.#rise(this.#lastCountBelow(node));
    this.#releaseBelow(node);
    if (takesPlace) this.#held += this.#heldBy.get(node)?.count ?? 0;
    this.#rise(0);
  }

  #lastCountBelow(node: Expression): number {
    let count = 0;
    for (const operand of operandsOf(node)) {
      const held = this.#heldBy.get(operand);
      count += held === undefined ? this.#lastCountBelow(operand) : held.lastCount;
    }
    return count;
  }

  #releaseBelow(node: Expression): void {
    for (const operand of operandsOf(node)) {
      if (this.#heldBy.has(operand)) this.letGo(operand);
      else this.#releaseBelow(operand);
    }
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
