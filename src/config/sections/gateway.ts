import type { GatewayLimits } from "#gateway";
import { list, section } from "../schema/collections.ts";
import { byteSize, duration, integer, path, text } from "../schema/scalars.ts";
import { defaulted, present, required, type ValueOf } from "../schema/schema.ts";

export const gatewaySchema = section({
  config_file: required(path(), "A krakend.json, .yaml or .toml, version 3; read at the start."),
  ignored_namespaces: present(
    list(text(), { max: 100, called: "namespaces" }),
    "Namespaces of extra_config that would be refused, and that you run without.",
  ),
  connections_max: defaulted(
    integer({ min: 1, max: 1_000_000 }),
    "20000",
    "Open connections of clients; further ones are closed at once.",
  ),
  requests_in_flight_max: defaulted(
    integer({ min: 1, max: 1_000_000 }),
    "10000",
    "Requests being answered at once; further ones get 503.",
  ),
  header_bytes_max: defaulted(
    byteSize({ min: 1024, max: 1024 ** 2 }),
    "32KB",
    "All headers of one request together; more is answered with 431.",
  ),
  request_body_bytes_max: defaulted(
    byteSize({ min: 0, max: 2 ** 40 }),
    "64MB",
    "The body of one request; more is answered with 413.",
  ),
  answer_body_bytes_max: defaulted(
    byteSize({ min: 1024, max: 2 ** 31 }),
    "64MB",
    "A backend's body that is decoded; a larger one fails the call. no-op has no such limit.",
  ),
  stall_timeout: defaulted(
    duration({ min: 100, max: 3_600_000 }),
    "30s",
    "How long a client may take nothing of an answer before it is cut off.",
  ),
});

export interface GatewaySection {
  /** Absolute. */
  readonly file: string;
  readonly ignoredNamespaces: readonly string[];
  readonly limits: GatewayLimits;
}

export function toGatewaySection(values: ValueOf<typeof gatewaySchema>): GatewaySection {
  return {
    file: values.config_file,
    ignoredNamespaces: values.ignored_namespaces,
    limits: {
      connectionsMax: values.connections_max,
      requestsInFlightMax: values.requests_in_flight_max,
      headerBytesMax: values.header_bytes_max,
      requestBodyBytesMax: values.request_body_bytes_max,
      answerBodyBytesMax: values.answer_body_bytes_max,
      stallTimeoutMs: values.stall_timeout,
    },
  };
}
