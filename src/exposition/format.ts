/** The text formats that are read and written here. */
export type ExpositionFormat =
  | "openmetrics-1.0.0"
  | "openmetrics-0.0.1"
  /** Prometheus text; names in the legacy character set. */
  | "text-0.0.4"
  /** Prometheus text with quoted UTF-8 names (Prometheus 3). */
  | "text-1.0.0";

/** Whether the format is one of the OpenMetrics versions. */
export function isOpenMetrics(format: ExpositionFormat): boolean {
  return format === "openmetrics-1.0.0" || format === "openmetrics-0.0.1";
}

/**
 * The format that a scrape target's Content-Type announces, or null where it is missing or
 * unknown: then Prometheus 3 fails the scrape unless `fallback_scrape_protocol` says what to
 * assume. An unknown version of a known type reads as the newest of that type, as in Prometheus.
 */
export function formatOfContentType(contentType: string | undefined): ExpositionFormat | null {
  const [mediaType = "", ...parameters] = (contentType ?? "").toLowerCase().split(";");
  const version = parameters
    .map((parameter) => parameter.trim())
    .find((parameter) => parameter.startsWith("version="))
    ?.slice("version=".length)
    .replaceAll('"', "");
  switch (mediaType.trim()) {
    case "application/openmetrics-text":
      return version === "0.0.1" ? "openmetrics-0.0.1" : "openmetrics-1.0.0";
    case "text/plain":
      return version === "1.0.0" ? "text-1.0.0" : "text-0.0.4";
    default:
      return null;
  }
}

/** The Content-Type of a document in this format, without the escaping parameter. */
export const contentTypes: Readonly<Record<ExpositionFormat, string>> = {
  "openmetrics-1.0.0": "application/openmetrics-text; version=1.0.0; charset=utf-8",
  "openmetrics-0.0.1": "application/openmetrics-text; version=0.0.1; charset=utf-8",
  "text-0.0.4": "text/plain; version=0.0.4; charset=utf-8",
  "text-1.0.0": "text/plain; version=1.0.0; charset=utf-8",
};
