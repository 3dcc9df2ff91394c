import type { ScrapeLimits } from "#access";
import { section } from "../schema/collections.ts";
import { integer } from "../schema/scalars.ts";
import { defaulted, present, type ValueOf } from "../schema/schema.ts";

function shareSchema(who: string, perSecond: number, burst: number, concurrent: number) {
  const count = integer({ min: 1, max: 1_000_000 });
  return section(
    {
      requests_per_second: defaulted(
        count,
        String(perSecond),
        `Requests of one ${who} a second over time; more are answered with 429.`,
      ),
      burst: defaulted(count, String(burst), "Requests at once, after a pause."),
      concurrent_max: defaulted(
        count,
        String(concurrent),
        "Requests being answered at the same time.",
      ),
    },
    {
      check(values, refuse) {
        if (values.burst < values.requests_per_second) {
          const least = values.requests_per_second;
          refuse("burst", `must be at least requests_per_second, which is ${least}`);
        }
      },
    },
  );
}

const clientSchema = shareSchema("client", 10, 50, 64);
const tenantSchema = shareSchema("tenant", 50, 250, 256);

export const limitsSchema = section({
  client: present(clientSchema, "For each client by itself."),
  tenant: present(tenantSchema, "For all clients of a tenant together."),
});

export function toScrapeLimits(values: ValueOf<typeof limitsSchema>): ScrapeLimits {
  return { perClient: toShare(values.client), perTenant: toShare(values.tenant) };
}

function toShare(values: ValueOf<typeof clientSchema>): ScrapeLimits["perClient"] {
  return {
    perSecond: values.requests_per_second,
    burst: values.burst,
    concurrentMax: values.concurrent_max,
  };
}
