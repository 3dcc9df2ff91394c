/** What became of one scrape, for counters. Reported once per scrape, never per sample. */
export interface ScrapeEvent {
  readonly jobName: string;
  /** Null: the scrape succeeded. Otherwise the error's stable code. */
  readonly errorCode: string | null;
  readonly durationMs: number;
  /** How much later than planned it began. */
  readonly delayMs: number;
  readonly samplesScraped: number;
  readonly samplesAppended: number;
  readonly samplesDuplicate: number;
  readonly samplesOutOfOrder: number;
  readonly samplesOutOfBounds: number;
  readonly bodyBytes: number;
}

/** Told what happens; must not throw. */
export interface ScrapeObserver {
  scraped(event: ScrapeEvent): void;
  discoveryFailed(kind: "file" | "http", jobName: string): void;
}

const nothing = (): void => undefined;

export const NO_OBSERVER: ScrapeObserver = { scraped: nothing, discoveryFailed: nothing };
