import { type Labels, labelValue } from "#model";
import { boundOf } from "./bound.ts";
import type { LineOrder } from "./sample-order.ts";

/** A line of a document, as far as its family's completeness depends on it. */
export interface PlannedLine {
  readonly labels: Labels;
  readonly order: LineOrder;
}

/**
 * Families whose series are not enough for their type, by the name that `planFamilies` gave them:
 * an entitlement or a relabel rule may leave a histogram without its +Inf bucket or a summary
 * without quantiles, and a strict parser then refuses the whole document. Plan again with these
 * apart: their names become families of type unknown. `lines` are in document order.
 */
export function incompleteFamilies(lines: Iterable<PlannedLine>): Set<string> {
  const incomplete = new Set<string>();
  let present: MetricShape | null = null;
  for (const line of lines) {
    if (present === null || !present.owns(line.order)) {
      if (present?.isIncomplete() === true) incomplete.add(present.first.place.header.name);
      present = new MetricShape(line.order);
    }
    present.add(line);
  }
  if (present?.isIncomplete() === true) incomplete.add(present.first.place.header.name);
  return incomplete;
}

/** Which samples one metric of a family has. */
class MetricShape {
  readonly first: LineOrder;
  #hasBadLabel = false;
  #hasInfinity = false;
  #hasNegativeBound = false;
  #hasCount = false;
  #hasSum = false;

  constructor(first: LineOrder) {
    this.first = first;
  }

  owns(order: LineOrder): boolean {
    if (order.place.header !== this.first.place.header) return false;
    return order.group === this.first.group || equalLabels(order.group, this.first.group);
  }

  add({ labels, order }: PlannedLine): void {
    const { header, sampleName, boundLabel } = order.place;
    if (header.type === "stateset" && labelValue(labels, header.name) === "") {
      this.#hasBadLabel = true;
    }
    if (boundLabel !== null) this.#addBound(boundOf(labelValue(labels, boundLabel)), boundLabel);
    if (sampleName.endsWith("count")) this.#hasCount = true;
    if (sampleName.endsWith("sum")) this.#hasSum = true;
  }

  isIncomplete(): boolean {
    const { type } = this.first.place.header;
    if (this.#hasBadLabel) return true;
    if (type !== "histogram" && type !== "gaugehistogram") return false;
    const sumIsWrong = type === "histogram" && this.#hasNegativeBound && this.#hasSum;
    return !this.#hasInfinity || this.#hasCount !== this.#hasSum || sumIsWrong;
  }

  #addBound(bound: number, label: "le" | "quantile"): void {
    if (label === "quantile" && !(bound >= 0 && bound <= 1)) this.#hasBadLabel = true;
    if (Number.isNaN(bound)) this.#hasBadLabel = true;
    if (bound === Infinity) this.#hasInfinity = true;
    if (bound < 0) this.#hasNegativeBound = true;
  }
}

function equalLabels(a: Labels, b: Labels): boolean {
  return a.length === b.length && a.every((text, i) => text === b[i]);
}
