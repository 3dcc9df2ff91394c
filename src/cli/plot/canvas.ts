/**
 * A grid of characters on which lines are drawn in dots: two across and four down in each, which is
 * what braille has. Each character knows which line crossed it last, for its colour.
 */
export class Canvas {
  readonly columns: number;
  readonly rows: number;
  readonly #dots: Uint8Array;
  readonly #lines: Int32Array;

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
    this.#dots = new Uint8Array(columns * rows);
    this.#lines = new Int32Array(columns * rows).fill(EMPTY);
  }

  get dotsAcross(): number {
    return this.columns * DOTS_ACROSS;
  }

  get dotsDown(): number {
    return this.rows * DOTS_DOWN;
  }

  /** The dot at the left and at the top is 0, 0. */
  dot(x: number, y: number, line: number): void {
    const cell = Math.floor(y / DOTS_DOWN) * this.columns + Math.floor(x / DOTS_ACROSS);
    const bit = BRAILLE_BITS[(y % DOTS_DOWN) * DOTS_ACROSS + (x % DOTS_ACROSS)] as number;
    this.#dots[cell] = (this.#dots[cell] as number) | bit;
    this.#lines[cell] = line;
  }

  /** All dots between two, both included. */
  stroke(from: readonly [number, number], to: readonly [number, number], line: number): void {
    const [x0, y0] = from;
    const [x1, y1] = to;
    const steps = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0), 1);
    for (let i = 0; i <= steps; i++) {
      const share = i / steps;
      this.dot(Math.round(x0 + (x1 - x0) * share), Math.round(y0 + (y1 - y0) * share), line);
    }
  }

  /** A row as braille, in pieces that belong to the same line or, being empty, to none. */
  row(index: number): readonly { readonly text: string; readonly line: number | null }[] {
    const pieces: { text: string; line: number | null }[] = [];
    for (let cell = index * this.columns; cell < (index + 1) * this.columns; cell++) {
      const owner = this.#lines[cell] as number;
      const line = owner === EMPTY ? null : owner;
      const text =
        line === null ? " " : String.fromCharCode(BRAILLE + (this.#dots[cell] as number));
      const last = pieces.at(-1);
      if (last?.line === line) last.text += text;
      else pieces.push({ text, line });
    }
    return pieces;
  }
}

const EMPTY = -1;
const DOTS_ACROSS = 2;
const DOTS_DOWN = 4;
const BRAILLE = 0x2800;
/** By rows from the top, left before right. */
const BRAILLE_BITS: readonly number[] = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80];
