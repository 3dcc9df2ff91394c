/** Where the scraper writes what people should know; shaped so that a pino logger is one. */
export interface ScrapeLog {
  debug(fields: Readonly<Record<string, unknown>>, message: string): void;
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

const nothing = (): void => undefined;

export const SILENT_LOG: ScrapeLog = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
};
