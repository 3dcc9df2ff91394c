/**
 * Reads a float as Go's `strconv.ParseFloat` does for Prometheus: decimal with optional sign,
 * point and exponent; `inf`, `infinity`, `nan` in any case; no hex, no underscores.
 *
 * Exactness: a mantissa below 2^53 and a power of ten up to 10^22 are both exact doubles, so one
 * division or product rounds once and is right (Clinger 1990). Everything else goes through
 * `Number()`, which is correct and slow.
 */
export class DecimalReader {
  /** After a read: where the number ended; equal to its start if there was none. */
  end = 0;

  /** `bytes` must hold a byte that ends a number (a newline, a space) after it. */
  read(bytes: Uint8Array, start: number): number {
    let i = start;
    let byte = bytes[i] as number;
    const negative = byte === MINUS;
    if (negative || byte === PLUS) byte = bytes[++i] as number;
    const first = i;
    let mantissa = 0;
    while (byte >= ZERO && byte <= NINE) {
      mantissa = mantissa * 10 + (byte - ZERO);
      byte = bytes[++i] as number;
    }
    let digits = i - first;
    let exponent = 0;
    if (byte === POINT) {
      byte = bytes[++i] as number;
      const fraction = i;
      while (byte >= ZERO && byte <= NINE) {
        mantissa = mantissa * 10 + (byte - ZERO);
        byte = bytes[++i] as number;
      }
      exponent = fraction - i;
      digits -= exponent;
    }
    if (digits === 0) return this.#special(bytes, start);
    if (byte === LOWER_E || byte === UPPER_E) {
      exponent += this.#exponent(bytes, i + 1);
      i = this.end;
      if (i < 0) return this.#none(start);
    }
    this.end = i;
    if (mantissa < MANTISSA_END && exponent >= -22 && exponent <= 22) {
      if (exponent < 0) mantissa /= powersOfTen[-exponent] as number;
      else if (exponent > 0) mantissa *= powersOfTen[exponent] as number;
      return negative ? -mantissa : mantissa;
    }
    return this.#slow(bytes, start);
  }

  /** Leaves `end` at -1 where no digit follows the `e`. */
  #exponent(bytes: Uint8Array, start: number): number {
    let i = start;
    let byte = bytes[i] as number;
    const negative = byte === MINUS;
    if (negative || byte === PLUS) byte = bytes[++i] as number;
    const first = i;
    let exponent = 0;
    while (byte >= ZERO && byte <= NINE) {
      if (exponent < 100_000) exponent = exponent * 10 + (byte - ZERO);
      byte = bytes[++i] as number;
    }
    this.end = i === first ? -1 : i;
    return negative ? -exponent : exponent;
  }

  #slow(bytes: Uint8Array, start: number): number {
    let text = "";
    for (let i = start; i < this.end; i++) text += String.fromCharCode(bytes[i] as number);
    const value = Number(text);
    // ParseFloat answers ErrRange where the number is too large for a double.
    return Number.isFinite(value) ? value : this.#none(start);
  }

  #special(bytes: Uint8Array, start: number): number {
    const sign = bytes[start] as number;
    const signed = sign === MINUS || sign === PLUS;
    const first = signed ? start + 1 : start;
    let i = first;
    let word = "";
    while (i < first + 9 && isLetter(bytes[i] as number)) {
      word += String.fromCharCode((bytes[i] as number) | 0x20);
      i += 1;
    }
    this.end = i;
    if (word === "inf" || word === "infinity") return sign === MINUS ? -Infinity : Infinity;
    return word === "nan" && !signed ? NaN : this.#none(start);
  }

  #none(start: number): number {
    this.end = start;
    return NaN;
  }
}

const PLUS = 0x2b;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const UPPER_E = 0x45;
const LOWER_E = 0x65;

/** 2^53: below it every integer is a double. */
const MANTISSA_END = 9_007_199_254_740_992;

const powersOfTen = Float64Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));

function isLetter(byte: number): boolean {
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}
