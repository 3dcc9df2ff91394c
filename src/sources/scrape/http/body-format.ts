import { type ExpositionFormat, formatOfContentType } from "#exposition";
import type { ScrapeProtocol } from "../scrape-config.ts";
import { ScrapeError } from "../scrape-error.ts";

const FORMATS: Readonly<Record<ScrapeProtocol, ExpositionFormat>> = {
  "OpenMetricsText1.0.0": "openmetrics-1.0.0",
  "OpenMetricsText0.0.1": "openmetrics-0.0.1",
  "PrometheusText1.0.0": "text-1.0.0",
  "PrometheusText0.0.4": "text-0.0.4",
};

/** How to read the body, by Prometheus 3's rules. Fails with code `scrape_content_type`. */
export function bodyFormat(
  contentType: string | string[] | undefined,
  fallback: ScrapeProtocol | null,
): ExpositionFormat {
  const text = Array.isArray(contentType) ? contentType[0] : contentType;
  const format = formatOfContentType(text);
  if (format !== null) return format;
  if (fallback !== null) return FORMATS[fallback];
  if (text === undefined || text === "") {
    throw new ScrapeError(
      "scrape_content_type",
      "non-compliant scrape target sending blank Content-Type and no fallback_scrape_protocol specified for target",
    );
  }
  throw new ScrapeError(
    "scrape_content_type",
    `received unsupported Content-Type ${JSON.stringify(text.slice(0, 100))} and no fallback_scrape_protocol specified for target`,
  );
}
