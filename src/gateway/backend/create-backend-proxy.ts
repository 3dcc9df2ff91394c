/**
 * The innermost proxy of a backend: makes the request, sends it, and makes data of the answer, or
 * leaves it as it came for an endpoint that passes it on.
 */
import type { BackendConfig } from "../config/backend-config.ts";
import { decoderOf } from "../encoding/decoder.ts";
import { BackendFailure } from "../errors.ts";
import type { GatewayLimits } from "../limits.ts";
import { emptyJsonObject, isJsonObject, type JsonObject } from "../json/parse-json.ts";
import { answered, failed, type Proxy, type ProxyCall, type ProxyOutcome } from "../proxy/proxy.ts";
import type { BackendClient, BackendReply } from "./backend-client.ts";
import { endToEndHeaders } from "./hop-headers.ts";
import type { HostPicker } from "./host-picker.ts";
import { createManipulator } from "./manipulate.ts";
import { outgoingBody } from "./outgoing-body.ts";
import { createTargetWriter } from "./target-writer.ts";

export interface BackendProxyDeps {
  readonly client: BackendClient;
  readonly hosts: HostPicker;
  readonly limits: GatewayLimits;
}

export function createBackendProxy(config: BackendConfig, deps: BackendProxyDeps): Proxy {
  const writeTarget = createTargetWriter(config.url);
  const makeOutcome = config.encoding === "no-op" ? passOn : createReader(config, deps.limits);
  return async (call) => {
    try {
      const reply = await deps.client.call({
        origin: deps.hosts.pick(),
        target: writeTarget(call),
        method: config.method,
        headers: headersOf(call),
        body: outgoingBody(call.body, deps.limits.requestBodyBytesMax),
        signal: call.signal,
      });
      return await makeOutcome(reply);
    } catch (error) {
      return failed(error instanceof Error ? error : new Error(String(error)));
    }
  };
}

/** The length that a client announced holds only where its body goes on as it is. */
function headersOf(call: ProxyCall): ProxyCall["headers"] {
  if (call.body.kind === "stream" || call.headers["content-length"] === undefined)
    return call.headers;
  const { "content-length": _, ...others } = call.headers;
  return others;
}

function passOn(reply: BackendReply): ProxyOutcome {
  return {
    answer: {
      data: emptyJsonObject(),
      isComplete: true,
      passed: {
        status: reply.status,
        headers: endToEndHeaders(reply.headers),
        body: reply.body,
      },
    },
    error: null,
  };
}

type OutcomeMaker = (reply: BackendReply) => ProxyOutcome | Promise<ProxyOutcome>;

/** Statuses that are a success; every other is an error, 204 included. */
const SUCCESS: ReadonlySet<number> = new Set([200, 201]);

function createReader(config: BackendConfig, limits: GatewayLimits): OutcomeMaker {
  const decode = decoderOf(config.encoding);
  const manipulate = createManipulator(config.manipulation);
  const bytesMax = limits.answerBodyBytesMax;
  return async (reply) => {
    if (!SUCCESS.has(reply.status)) return refusedBy(config, reply, bytesMax);
    const bytes = await reply.body.bytes(bytesMax);
    let decoded: unknown;
    try {
      decoded = decode(bytes, config.isCollection);
    } catch (cause) {
      throw invalidAnswer(config, cause);
    }
    if (!isJsonObject(decoded)) throw invalidAnswer(config, null);
    return answered(manipulate(decoded));
  };
}

function invalidAnswer(config: BackendConfig, cause: unknown): BackendFailure {
  const shape = config.isCollection ? "a list" : "an object";
  const text = `A backend's answer is not ${config.encoding} that holds ${shape}.`;
  return new BackendFailure("backend_answer_invalid", text, 500, { cause });
}

async function refusedBy(
  { errorPolicy }: BackendConfig,
  reply: BackendReply,
  bytesMax: number,
): Promise<ProxyOutcome> {
  if (errorPolicy.kind === "details") {
    const bytes = await reply.body.bytes(bytesMax);
    return answered(detailsOf(errorPolicy.name, reply, bytes), false);
  }
  reply.body.drain();
  const status = errorPolicy.kind === "status" ? reply.status : 500;
  const text = errorPolicy.kind === "status" ? `${reply.status}` : "invalid status code";
  return failed(new BackendFailure("backend_status", text, status));
}

function detailsOf(name: string, reply: BackendReply, bytes: Buffer): JsonObject {
  const details = emptyJsonObject();
  details["http_status_code"] = reply.status;
  details["http_body"] = bytes.toString("utf8");
  details["http_body_encoding"] = reply.headers["content-type"] ?? "";
  const data = emptyJsonObject();
  data[`error_${name}`] = details;
  return data;
}
