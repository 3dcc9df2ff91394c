/** Where targets come from: lists in the file, files of lists, and HTTP services. */
import type { FileSdConfig, HttpSdConfig, TargetGroup } from "#sources";
import { list, mapOf, section } from "../../schema/collections.ts";
import { anyText, duration, path, pattern, url } from "../../schema/scalars.ts";
import { defaulted, present, required, type ValueOf } from "../../schema/schema.ts";
import { HTTP_CLIENT_TABLE, refuseHttpContradictions, toHttpClient } from "./http-client.ts";

const TARGETS_MAX = 100_000;

const staticConfigSchema = section({
  targets: present(
    list(pattern("host:port without scheme and path, such as localhost:9100", /^[^/\s]+$/), {
      max: TARGETS_MAX,
      called: "targets",
    }),
    "host:port of each target.",
  ),
  labels: present(mapOf(anyText()), "Labels of all samples of these targets."),
});

const DISCOVERY_FILE = /^[^*]*(?:\*[^/*]*)?\.(?:json|yml|yaml|JSON|YML|YAML)$/;

const fileSdSchema = section(
  {
    files: required(
      list(path(), { min: 1, max: 10_000, called: "paths" }),
      "Files of target groups: .json, .yml or .yaml; the last part may hold *.",
    ),
    refresh_interval: defaulted(
      duration({ min: 1 }),
      "5m",
      "Files are read again after this time, and when they change.",
    ),
  },
  {
    check(values, refuse) {
      for (const file of values.files) {
        if (!DISCOVERY_FILE.test(file)) {
          refuse(
            "files",
            `${file}: expected .json, .yml or .yaml, with at most one * in the last part`,
          );
        }
      }
    },
  },
);

const httpSdSchema = section(
  {
    url: required(url(), "Answers with a JSON list of target groups."),
    refresh_interval: defaulted(duration({ min: 1000 }), "1m", "How often it is asked."),
    ...HTTP_CLIENT_TABLE,
  },
  { check: refuseHttpContradictions },
);

export const staticConfigsSchema = list(staticConfigSchema, { called: "target groups" });
export const fileSdConfigsSchema = list(fileSdSchema, { max: 1000, called: "file lists" });
export const httpSdConfigsSchema = list(httpSdSchema, { max: 1000, called: "services" });

export function toTargetGroups(values: ValueOf<typeof staticConfigsSchema>): TargetGroup[] {
  return values.map(({ targets, labels }) => ({ targets, labels }));
}

export function toFileSdConfigs(values: ValueOf<typeof fileSdConfigsSchema>): FileSdConfig[] {
  return values.map((value) => ({ files: value.files, refreshIntervalMs: value.refresh_interval }));
}

export function toHttpSdConfigs(values: ValueOf<typeof httpSdConfigsSchema>): HttpSdConfig[] {
  return values.map((value) => ({
    url: value.url,
    refreshIntervalMs: value.refresh_interval,
    http: toHttpClient(value),
  }));
}
