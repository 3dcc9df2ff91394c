import type { Labels } from "#model";
import { GrowingWords } from "./growing-words.ts";
import type { PackedLabels } from "./messages.ts";

export class LabelPacker {
  readonly #numberOf = new Map<string, number>();
  readonly #numbers = new GrowingWords();

  add(labels: Labels): void {
    this.#numbers.push(labels.length);
    for (const text of labels) {
      let number = this.#numberOf.get(text);
      if (number === undefined) {
        number = this.#numberOf.size;
        this.#numberOf.set(text, number);
      }
      this.#numbers.push(number);
    }
  }

  finish(): PackedLabels {
    return { texts: [...this.#numberOf.keys()], numbers: this.#numbers.toArray() };
  }
}

export function unpackLabels({ texts, numbers }: PackedLabels): readonly Labels[] {
  const all: Labels[] = [];
  for (let at = 0; at < numbers.length;) {
    const count = numbers[at++] as number;
    const flat: string[] = [];
    for (const end = at + count; at < end; at++) flat.push(texts[numbers[at] as number] as string);
    all.push(flat as readonly string[] as Labels);
  }
  return all;
}
