import type { Labels } from "#model";
import type { ByteSink } from "../byte-sink.ts";
import { labelJson } from "./json-string.ts";

/**
 * Writes `{"__name__":"up","job":"node"}`, in the order of the labels. Nearly all labels are plain
 * ASCII, which is written as it is looked at; a set with any that is not is written anew as text.
 */
export function writeLabels(sink: ByteSink, labels: Labels): void {
  const end = writePlain(sink, labels);
  if (end === NOT_PLAIN) sink.text(labelsJson(labels));
  else sink.length = end;
}

/** The same as a text of its own. */
export function labelsJson(labels: Labels): string {
  let json = "{";
  for (let i = 0; i < labels.length; i += 2) {
    if (i > 0) json += ",";
    json += `${labelJson(labels[i] as string)}:${labelJson(labels[i + 1] as string)}`;
  }
  return `${json}}`;
}

/** Gives the end; what is written stays without effect where some label is not plain. */
function writePlain(sink: ByteSink, labels: Labels): number {
  let room = 2;
  for (let i = 0; i < labels.length; i++) room += (labels[i] as string).length + 3;
  const bytes = sink.reserve(room);
  let at = sink.length;
  bytes[at++] = OPENING_BRACE;
  for (let i = 0; i < labels.length; i++) {
    if (i > 0) bytes[at++] = i % 2 === 0 ? COMMA : COLON;
    const text = labels[i] as string;
    const { length } = text;
    bytes[at++] = QUOTE;
    for (let j = 0; j < length; j++) {
      const unit = text.charCodeAt(j);
      if (unit < SPACE || unit > TILDE || unit === QUOTE || unit === BACKSLASH) return NOT_PLAIN;
      bytes[at++] = unit;
    }
    bytes[at++] = QUOTE;
  }
  bytes[at++] = CLOSING_BRACE;
  return at;
}

const NOT_PLAIN = -1;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const TILDE = 0x7e;
