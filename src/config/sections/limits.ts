import { section } from "../schema/collections.ts";
import { duration, integer } from "../schema/scalars.ts";
import { defaulted, type ValueOf } from "../schema/schema.ts";

export const limitsSchema = section(
  {
    requests_per_minute: defaulted(
      integer({ min: 1, max: 10_000_000 }),
      "600",
      "Requests of one client or user; more are answered with 429.",
    ),
    failed_attempts_max: defaulted(
      integer({ min: 1, max: 1_000_000 }),
      "10",
      "Wrong secrets of one client from one address within the window before 429.",
    ),
    failed_attempts_window: defaulted(
      duration({ min: 1000, max: 24 * 3_600_000 }),
      "1m",
      "How long a wrong secret is remembered.",
    ),
  },
  {},
);

export interface LimitsConfig {
  readonly requestsPerMinute: number;
  readonly failedAttemptsMax: number;
  readonly failedAttemptsWindowMs: number;
}

export function toLimitsConfig(values: ValueOf<typeof limitsSchema>): LimitsConfig {
  return {
    requestsPerMinute: values.requests_per_minute,
    failedAttemptsMax: values.failed_attempts_max,
    failedAttemptsWindowMs: values.failed_attempts_window,
  };
}
