import { parseDuration } from "#lib/duration";
import { PromqlScriptError } from "./script-error.ts";
import { SERIES_ITEMS_MAX } from "./script-limits.ts";

const DURATION = /[+-]?\d+(?:ms|[smhdwy])?/.source;
const ITEM = new RegExp(`^(?:(_)|(${DURATION})(?:([+-])(${DURATION}))?)(?:x(\\d+))?$`);

/** The items of an `@st` line: start times relative to the samples', null where unknown. */
export function readStartOffsets(text: string, line: number): (number | null)[] {
  const offsets: (number | null)[] = [];
  for (const item of text.split(/\s+/).filter(Boolean)) {
    const match = ITEM.exec(item);
    if (match === null) throw new PromqlScriptError(line, `invalid @st item "${item}"`);
    const [, blank, base = "", sign, increment = "", times] = match;
    const count = times === undefined ? 1 : Number(times) + (blank === undefined ? 1 : 0);
    if (count > SERIES_ITEMS_MAX) throw new PromqlScriptError(line, `too many items in "${item}"`);
    const stepMs = sign === undefined ? 0 : signedMs(increment, line) * (sign === "-" ? -1 : 1);
    const baseMs = blank === undefined ? signedMs(base, line) : null;
    for (let i = 0; i < count; i++) offsets.push(baseMs === null ? null : baseMs + i * stepMs);
  }
  return offsets;
}

function signedMs(text: string, line: number): number {
  const durationMs = parseDuration(text.replace(/^[+-]/, ""));
  if (durationMs === null) throw new PromqlScriptError(line, `invalid duration "${text}"`);
  return text.startsWith("-") ? -durationMs : durationMs;
}
