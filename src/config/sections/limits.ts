import type { AdmissionShare, RequestLimits } from "#access";
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

const queriesSchema = section({
  client: present(shareSchema("client", 100, 1000, 256), "For each client by itself."),
  tenant: present(shareSchema("tenant", 400, 4000, 512), "For all clients of a tenant together."),
});

export const limitsSchema = section({
  client: present(clientSchema, "Scrapes of /metrics/v1, for each client by itself."),
  tenant: present(tenantSchema, "Scrapes, for all clients of a tenant together."),
  queries: present(queriesSchema, "All other requests to the API."),
});

export function toRequestLimits(values: ValueOf<typeof limitsSchema>): RequestLimits {
  const { client, tenant, queries } = values;
  return {
    scrapes: { perClient: toShare(client), perTenant: toShare(tenant) },
    queries: { perClient: toShare(queries.client), perTenant: toShare(queries.tenant) },
  };
}

function toShare(values: ValueOf<typeof clientSchema>): AdmissionShare {
  return {
    perSecond: values.requests_per_second,
    burst: values.burst,
    concurrentMax: values.concurrent_max,
  };
}
