import type { NameEscaping, ScrapeProtocol } from "../scrape-config.ts";

interface Protocol {
  readonly mediaType: string;
  /** Whether the format lets the scraper choose how names are escaped. */
  readonly hasEscaping: boolean;
}

const PROTOCOLS: Readonly<Record<ScrapeProtocol, Protocol>> = {
  "OpenMetricsText1.0.0": {
    mediaType: "application/openmetrics-text;version=1.0.0",
    hasEscaping: true,
  },
  "OpenMetricsText0.0.1": {
    mediaType: "application/openmetrics-text;version=0.0.1",
    hasEscaping: false,
  },
  "PrometheusText1.0.0": { mediaType: "text/plain;version=1.0.0", hasEscaping: true },
  "PrometheusText0.0.4": { mediaType: "text/plain;version=0.0.4", hasEscaping: false },
};

/** Prometheus 3 counts protobuf as a fifth format, so the first of its weights is 0.6. */
const FIRST_WEIGHT = 6;

/** `Accept` as Prometheus 3.5 sends it. */
export function acceptHeader(protocols: readonly ScrapeProtocol[], escaping: NameEscaping): string {
  const entries = protocols.map((name, i) => {
    const { mediaType, hasEscaping } = PROTOCOLS[name];
    const parameter = hasEscaping ? `;escaping=${escaping}` : "";
    return `${mediaType}${parameter};q=0.${FIRST_WEIGHT - i}`;
  });
  return [...entries, `*/*;q=0.${FIRST_WEIGHT - protocols.length}`].join(",");
}
