/** A JSON number whose text a double would change: `12345678901234567890`, `1.50`. */
export class ExactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}
