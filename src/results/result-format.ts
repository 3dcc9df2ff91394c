import { type MediaRange, parseAccept } from "#lib/accept-header";

export type ResultFormat = "json" | "csv" | "ndjson" | "parquet";

/** What a request gets, or why it gets nothing. */
export type FormatChoice =
  | { readonly format: ResultFormat }
  /** `bad_data` (400) for a name that does not exist, `not_acceptable` (406) for an Accept header. */
  | { readonly errorType: "bad_data" | "not_acceptable"; readonly message: string };

/** How a format is announced and stored. */
interface FormatTraits {
  readonly contentType: string;
  /** What an Accept header may call it. */
  readonly mediaTypes: readonly string[];
  /** Null: shown, not stored. */
  readonly fileExtension: string | null;
}

/** In the order in which they are preferred among equals. */
const FORMATS: Readonly<Record<ResultFormat, FormatTraits>> = {
  json: {
    contentType: "application/json",
    mediaTypes: ["application/json"],
    fileExtension: null,
  },
  csv: {
    contentType: "text/csv; charset=utf-8; header=present",
    mediaTypes: ["text/csv"],
    fileExtension: "csv",
  },
  ndjson: {
    contentType: "application/x-ndjson",
    mediaTypes: ["application/x-ndjson", "application/ndjson", "application/jsonl"],
    fileExtension: "ndjson",
  },
  parquet: {
    contentType: "application/vnd.apache.parquet",
    mediaTypes: ["application/vnd.apache.parquet", "application/x-parquet"],
    fileExtension: "parquet",
  },
};

export const RESULT_FORMATS: readonly ResultFormat[] = Object.keys(FORMATS) as ResultFormat[];

/**
 * The format of an answer. The parameter wins over the header; without both it is JSON. Of what the
 * header takes, the highest weight counts, and JSON among equals.
 */
export function chooseResultFormat(parameter: string | null, accept: string | null): FormatChoice {
  if (parameter !== null && parameter !== "") {
    const format = RESULT_FORMATS.find((name) => name === parameter);
    if (format !== undefined) return { format };
    const message = `invalid parameter "format": ${JSON.stringify(parameter)} is none of ${RESULT_FORMATS.join(", ")}`;
    return { errorType: "bad_data", message };
  }
  if (accept === null || accept.trim() === "") return { format: "json" };
  const ranges = parseAccept(accept);
  let chosen: ResultFormat | null = null;
  let highest = 0;
  for (const format of RESULT_FORMATS) {
    const weight = weightOf(FORMATS[format].mediaTypes, ranges);
    if (weight > highest) {
      chosen = format;
      highest = weight;
    }
  }
  if (chosen !== null) return { format: chosen };
  const offered = RESULT_FORMATS.map((format) => FORMATS[format].mediaTypes[0]).join(", ");
  return {
    errorType: "not_acceptable",
    message: `nothing that the Accept header takes can be given: ask for ${offered}, or set the parameter "format"`,
  };
}

export function contentTypeOf(format: ResultFormat): string {
  return FORMATS[format].contentType;
}

/** The Content-Disposition of an answer, so that browsers store tables under a telling name. */
export function contentDispositionOf(format: ResultFormat, timeMs: number): string | null {
  const { fileExtension } = FORMATS[format];
  if (fileExtension === null) return null;
  const moment = new Date(timeMs)
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replaceAll(/[-:]/g, "");
  return `attachment; filename="query-${moment}.${fileExtension}"`;
}

/** The weight of the most specific range that covers one of the types; 0 where none does. */
function weightOf(mediaTypes: readonly string[], ranges: readonly MediaRange[]): number {
  const weights = mediaTypes.map((type) => {
    const group = `${type.slice(0, type.indexOf("/"))}/*`;
    for (const name of [type, group, "*/*"]) {
      const covering = ranges.filter((range) => range.type === name);
      if (covering.length > 0) return Math.max(...covering.map(({ weight }) => weight));
    }
    return 0;
  });
  return Math.max(...weights);
}
