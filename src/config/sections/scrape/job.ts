/** One entry of `scrape_configs`, key by key as in Prometheus 3.5. */
import type { ScrapeJobConfig } from "#sources";
import { list, mapOf, section } from "../../schema/collections.ts";
import { anyText, boolean, choice, text } from "../../schema/scalars.ts";
import { defaulted, optional, present, required, type ValueOf } from "../../schema/schema.ts";
import {
  fileSdConfigsSchema,
  httpSdConfigsSchema,
  staticConfigsSchema,
  toFileSdConfigs,
  toHttpSdConfigs,
  toTargetGroups,
} from "./discovery.ts";
import { HTTP_CLIENT_TABLE, refuseHttpContradictions, toHttpClient } from "./http-client.ts";
import {
  HISTOGRAM_REFUSED,
  INHERITED_REFUSED,
  INHERITED_TABLE,
  type InheritedValues,
  protocol,
  refuseInherited,
  toInherited,
} from "./inherited.ts";
import { relabelSchema, toRelabelRules } from "./relabel.ts";

const UNSUPPORTED_DISCOVERY = [
  "azure",
  "consul",
  "digitalocean",
  "dns",
  "docker",
  "dockerswarm",
  "ec2",
  "eureka",
  "gce",
  "hetzner",
  "ionos",
  "kubernetes",
  "kuma",
  "lightsail",
  "linode",
  "marathon",
  "nerve",
  "nomad",
  "openstack",
  "ovhcloud",
  "puppetdb",
  "scaleway",
  "serverset",
  "stackit",
  "triton",
  "uyuni",
  "vultr",
] as const;

const DISCOVERY_REFUSED = Object.fromEntries(
  UNSUPPORTED_DISCOVERY.map((name) => [
    `${name}_sd_configs`,
    `${name} service discovery is not supported; use http_sd_configs or file_sd_configs with a small adapter`,
  ]),
);

const jobSchema = section(
  {
    job_name: required(text(), "The value of the job label; unique."),
    ...INHERITED_TABLE,
    fallback_scrape_protocol: optional(
      protocol,
      "The format to assume where Content-Type is missing or unknown; without it such a scrape fails.",
    ),
    metrics_path: defaulted(text(), "/metrics", "The path on the target."),
    scheme: defaulted(choice("http", "https"), "http", "How targets are reached."),
    params: present(mapOf(list(anyText())), "URL parameters."),
    honor_labels: defaulted(
      boolean(),
      "false",
      "true: the target's labels win; false: the target's are kept as exported_….",
    ),
    honor_timestamps: defaulted(boolean(), "true", "Use the timestamps that the target gives."),
    track_timestamps_staleness: defaulted(
      boolean(),
      "false",
      "Mark series with timestamps of their own as stale when they vanish.",
    ),
    enable_compression: defaulted(boolean(), "true", "Ask for gzip."),
    static_configs: present(staticConfigsSchema, "Targets listed here."),
    file_sd_configs: present(fileSdConfigsSchema, "Targets listed in files."),
    http_sd_configs: present(httpSdConfigsSchema, "Targets listed by an HTTP service."),
    relabel_configs: present(relabelSchema, "Rules that shape or drop targets."),
    metric_relabel_configs: present(relabelSchema, "Rules that shape or drop scraped series."),
    ...HTTP_CLIENT_TABLE,
  },
  {
    check(values, refuse) {
      refuseInherited(values, refuse);
      refuseHttpContradictions(values, refuse);
    },
    refused: { ...INHERITED_REFUSED, ...HISTOGRAM_REFUSED, ...DISCOVERY_REFUSED },
  },
);

export const scrapeConfigsSchema = list(jobSchema, {
  max: 10_000,
  called: "jobs",
  uniqueBy: (job) => job.job_name,
});

export type JobValues = ValueOf<typeof jobSchema>;

export function toJob(values: JobValues, global: InheritedValues): ScrapeJobConfig {
  return {
    jobName: values.job_name,
    ...toInherited(values, global),
    fallbackScrapeProtocol: values.fallback_scrape_protocol,
    metricsPath: values.metrics_path,
    scheme: values.scheme,
    params: values.params,
    honorLabels: values.honor_labels,
    honorTimestamps: values.honor_timestamps,
    trackTimestampsStaleness: values.track_timestamps_staleness,
    enableCompression: values.enable_compression,
    http: toHttpClient(values),
    staticConfigs: toTargetGroups(values.static_configs),
    fileSdConfigs: toFileSdConfigs(values.file_sd_configs),
    httpSdConfigs: toHttpSdConfigs(values.http_sd_configs),
    relabelRules: toRelabelRules(values.relabel_configs),
    metricRelabelRules: toRelabelRules(values.metric_relabel_configs),
  };
}
