/**
 * Every key of gaugeway.yaml. The sections hold the keys; this file names the sections and what
 * prometheus.yml has beside them that we do not.
 */
import { list, type Refuse, section } from "./schema/collections.ts";
import { path } from "./schema/scalars.ts";
import { type KeyTable, optional, present, type ValuesOf } from "./schema/schema.ts";
import { controlSchema } from "./sections/control.ts";
import { gatewaySchema } from "./sections/gateway.ts";
import { limitsSchema } from "./sections/limits.ts";
import { logSchema } from "./sections/log.ts";
import { metricsEndpointSchema } from "./sections/metrics-endpoint.ts";
import { oauthSchema } from "./sections/oauth.ts";
import { ownMetricsSchema } from "./sections/own-metrics.ts";
import { querySchema } from "./sections/query.ts";
import { globalSchema } from "./sections/scrape/global.ts";
import { scrapeConfigsSchema } from "./sections/scrape/job.ts";
import { serverSchema } from "./sections/server.ts";
import { storageSchema } from "./sections/storage.ts";
import { operatorSchema, tenantsSchema } from "./sections/tenants.ts";

const live = { reload: "live" } as const;

export const ROOT_KEYS = {
  server: present(serverSchema, "The listener of the API and the console."),
  own_metrics: present(ownMetricsSchema, "The listener of the process' own metrics."),
  control: present(controlSchema, "How the command line reaches a running server."),
  storage: present(storageSchema, "Where and how long data is kept."),
  metrics_endpoint: present(metricsEndpointSchema, "GET /metrics/v1.", live),
  query: present(querySchema, "Queries: how long, how many, with which parts of the language."),
  limits: present(limitsSchema, "How often clients and tenants may ask."),
  log: present(logSchema, "The server's own log, on standard error."),
  gateway: optional(gatewaySchema, "An API gateway with KrakenD's configuration."),
  tenants: present(tenantsSchema, "Tenants, what each may see, and their clients.", live),
  oauth: present(oauthSchema, "Access tokens, by OAuth 2.0.", live),
  operator: present(operatorSchema, "Credentials of whoever runs the installation.", live),
  global: present(globalSchema, "Defaults of all scrape jobs, in Prometheus' syntax.", live),
  scrape_configs: present(scrapeConfigsSchema, "Scrape jobs, in Prometheus' syntax.", live),
  scrape_config_files: present(
    list(path(), { max: 10_000, called: "paths" }),
    "Files with further scrape_configs; the last part of a path may hold *.",
    live,
  ),
} as const satisfies KeyTable;

const RULES = "there are no recording or alerting rules here; remove the section";
const REMOTE = "not supported here; remove the section";

export const rootSchema = section(ROOT_KEYS, {
  check(values, refuse) {
    refuseSharedListener(values, refuse);
    refuseSharedClientIds(values, refuse);
  },
  refused: {
    rule_files: RULES,
    alerting: "there are no alerts here; remove the section",
    remote_write: `sending samples on by remote write is ${REMOTE}`,
    remote_read: `reading from other stores by remote read is ${REMOTE}`,
    otlp: `OTLP settings are ${REMOTE}`,
    tracing: `sending traces is ${REMOTE}`,
    runtime: "settings of the Go runtime have no meaning here; remove the section",
  },
  elsewhere: (name) => pathOfKey(name),
});

export type RootValues = ValuesOf<typeof ROOT_KEYS>;

function refuseSharedListener(values: RootValues, refuse: Refuse): void {
  const main = values.server.listen_address;
  const own = values.own_metrics.listen_address;
  // Port 0 asks the system for any free port, so two of them never meet.
  if (own === null || own.port !== main.port || own.port === 0) return;
  if (own.host === main.host || own.host === "" || main.host === "") {
    refuse("own_metrics", `server.listen_address uses port ${own.port} too; choose another`);
  }
}

/** An id alone must tell whose client it is. Within one list, the list itself has looked. */
function refuseSharedClientIds(values: RootValues, refuse: Refuse): void {
  const owners = new Map<string, string>();
  const tenants = values.tenants.map(({ name, clients }) => {
    return { owner: `tenant ${JSON.stringify(name)}`, key: "tenants", clients };
  });
  const operator = { owner: "operator", key: "operator", clients: values.operator.clients };
  for (const { owner, key, clients } of [...tenants, operator]) {
    for (const { id } of clients) {
      const other = owners.get(id);
      const message = `the client id ${JSON.stringify(id)} of ${owner} belongs to ${other} already`;
      if (other !== undefined) refuse(key, message);
      owners.set(id, owner);
    }
  }
}

/** What a file named in `scrape_config_files` may hold. */
export const scrapeConfigFileSchema = section({
  scrape_configs: present(scrapeConfigsSchema, "Scrape jobs, in Prometheus' syntax."),
});

/** `retention_time` written at the top is meant as `storage.retention_time`. */
function pathOfKey(name: string): string | null {
  for (const [sectionName, { schema }] of Object.entries(ROOT_KEYS)) {
    if (schema.shape.kind === "section" && Object.hasOwn(schema.shape.keys, name)) {
      return `${sectionName}.${name}`;
    }
  }
  return null;
}
