/**
 * Upper and lower case rune by rune, as Go maps it: no context (final sigma) and no growth (ß stays),
 * both of which JavaScript's own functions have.
 */
export function simpleLowerCase(text: string): string {
  return mapRunes(text, (rune) => firstRune(rune.toLowerCase()));
}

export function simpleUpperCase(text: string): string {
  return mapRunes(text, (rune) => {
    const upper = rune.toUpperCase();
    return firstRune(upper) === upper ? upper : rune;
  });
}

function firstRune(text: string): string {
  return String.fromCodePoint(text.codePointAt(0) ?? 0);
}

function mapRunes(text: string, map: (rune: string) => string): string {
  return Array.from(text, map).join("");
}
