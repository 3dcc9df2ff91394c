import { HttpRefusal } from "#http";
import {
  chooseResultFormat,
  contentDispositionOf,
  contentTypeOf,
  type ResultStyle,
} from "#results";
import { invalidParameter } from "./parameter-error.ts";

/** `format`, or the Accept header; for CSV also `layout` and `spreadsheet_safe`. */
export function readResultStyle(parameters: URLSearchParams, accept: string | null): ResultStyle {
  const choice = chooseResultFormat(parameters.get("format"), accept);
  if ("errorType" in choice) throw new HttpRefusal(choice.errorType, choice.message);
  if (choice.format !== "csv") return choice;
  const layout = parameters.get("layout") ?? "long";
  if (layout !== "long" && layout !== "wide") {
    throw invalidParameter("layout", `${JSON.stringify(layout)} is neither long nor wide`);
  }
  const safe = parameters.get("spreadsheet_safe") ?? "false";
  if (safe !== "true" && safe !== "false") {
    throw invalidParameter("spreadsheet_safe", `${JSON.stringify(safe)} is neither true nor false`);
  }
  return { ...choice, csv: { layout, isSpreadsheetSafe: safe === "true" } };
}

/** What says to a client which format it gets, and to a browser under which name to store it. */
export function headersOf({ format }: ResultStyle, nowMs: number): Record<string, string> {
  const disposition = contentDispositionOf(format, nowMs);
  return {
    "content-type": contentTypeOf(format),
    ...(disposition === null ? {} : { "content-disposition": disposition }),
  };
}
