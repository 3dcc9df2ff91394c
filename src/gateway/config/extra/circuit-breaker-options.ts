import type { Fields } from "../fields.ts";

export interface CircuitBreakerOptions {
  /** For the log. */
  readonly name: string;
  /** Consecutive failures that it takes; one more opens it. */
  readonly errorsMax: number;
  /** How long it stays open. */
  readonly openMs: number;
  /** How often a closed one forgets what it counted; 0: never. */
  readonly forgetMs: number;
  readonly isLogged: boolean;
}

const SECONDS = { min: 0, max: 86_400 * 365 };

export function readCircuitBreaker(fields: Fields): CircuitBreakerOptions {
  const options = {
    name: fields.string("name", ""),
    errorsMax: fields.integer("max_errors", 1, { min: 0, max: 1e9 }),
    openMs: fields.number("timeout", 60, SECONDS) * 1000,
    forgetMs: fields.number("interval", 0, SECONDS) * 1000,
    isLogged: fields.boolean("log_status_change", false),
  };
  fields.finish();
  return options;
}
