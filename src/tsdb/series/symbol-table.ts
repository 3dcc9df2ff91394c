import { grownUint32 } from "./growing-column.ts";
import { IdTable, mixed } from "./id-table.ts";

/**
 * Label names and values, each kept once and counted. Strings are copied when they come in: a
 * string cut out of a scrape's body would keep the whole body alive.
 */
export class SymbolTable {
  readonly #texts: (string | undefined)[] = [undefined];
  #uses: Uint32Array<ArrayBuffer> = new Uint32Array(64);
  readonly #free: number[] = [];
  readonly #table = new IdTable((id) => hashText(this.text(id)));

  get count(): number {
    return this.#table.count;
  }

  /** The symbol's id, or 0 where it is unknown. */
  find(text: string): number {
    return this.#table.find(hashText(text), (id) => this.#texts[id] === text);
  }

  /** The symbol's id, made if absent; the caller counts its use with `retain`. */
  intern(text: string): number {
    const known = this.find(text);
    if (known !== 0) return known;
    const id = this.#free.pop() ?? this.#texts.length;
    this.#texts[id] = ownCopy(text);
    this.#uses = grownUint32(this.#uses, id + 1);
    this.#uses[id] = 0;
    this.#table.insert(id);
    return id;
  }

  text(id: number): string {
    return this.#texts[id] as string;
  }

  retain(id: number): void {
    this.#uses[id] = (this.#uses[id] as number) + 1;
  }

  /** Forgets the symbol with its last use; true if so. */
  release(id: number): boolean {
    const uses = (this.#uses[id] as number) - 1;
    this.#uses[id] = uses;
    if (uses > 0) return false;
    this.#table.remove(id);
    this.#texts[id] = undefined;
    this.#free.push(id);
    return true;
  }
}

function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return mixed(hash);
}

/** Latin-1 where possible (one byte a unit in memory), else UTF-16, which keeps any string. */
function ownCopy(text: string): string {
  let units = 0;
  for (let i = 0; i < text.length; i++) units |= text.charCodeAt(i);
  const encoding = units < 0x100 ? "latin1" : "utf16le";
  return Buffer.from(text, encoding).toString(encoding);
}
