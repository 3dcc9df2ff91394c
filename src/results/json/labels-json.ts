import type { Labels } from "#model";
import { labelJson } from "./json-string.ts";

/** `{"__name__":"up","job":"node"}`, in the order of the labels. */
export function labelsJson(labels: Labels): string {
  let json = "{";
  for (let i = 0; i < labels.length; i += 2) {
    if (i > 0) json += ",";
    json += `${labelJson(labels[i] ?? "")}:${labelJson(labels[i + 1] ?? "")}`;
  }
  return `${json}}`;
}
