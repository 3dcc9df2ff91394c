/**
 * The way of one request through its endpoint: who may come in, what goes on to the pipe, what of
 * its outcome the client gets; measured from the first step to the last byte.
 */
import { isSent, type RawExchange, type RawRequest, type RawResponse } from "#http";
import type { EndpointConfig } from "../config/endpoint-config.ts";
import { rendererOf, type Renderer } from "../encoding/render.ts";
import { BackendFailure } from "../errors.ts";
import { isEmptyObject } from "../json/parse-json.ts";
import type { EndpointMeter, GatewayMeter } from "../meter.ts";
import type { HeaderValues, Proxy, ProxyOutcome } from "../proxy/proxy.ts";
import type { AnswerWriter, WrittenBytes } from "./answer-writer.ts";
import type { CallReader } from "./call-reader.ts";
import type { Admission, Gatekeeper } from "./gatekeeper.ts";
import { tlsFactsOf } from "./tls-facts.ts";

export interface EndpointDeps {
  readonly pipe: Proxy;
  readonly readCall: CallReader;
  readonly writer: AnswerWriter;
  readonly meter: GatewayMeter;
  readonly endpointMeter: EndpointMeter;
  /** In the order in which they are asked. */
  readonly gatekeepers: readonly Gatekeeper[];
  /** `X-Krakend` and what else stands in every answer. */
  readonly commonHeaders: HeaderValues;
  readonly returnsErrorText: boolean;
  /** Those whom it names are turned away before anything is measured. */
  readonly isBot: ((request: RawRequest) => boolean) | null;
}

export interface EndpointRequest {
  readonly exchange: RawExchange;
  readonly values: readonly string[];
  readonly query: string;
  /** Headers that a layer around this one wants in the answer. */
  readonly headers: HeaderValues;
}

export interface Served {
  readonly status: number;
  readonly bodyBytes: WrittenBytes;
}

/** Never rejects. */
export type EndpointHandler = (request: EndpointRequest) => Promise<Served>;

const COMPLETED = "x-krakend-completed";

export function createEndpointHandler(config: EndpointConfig, deps: EndpointDeps): EndpointHandler {
  const endpoint = new Endpoint(config, deps);
  return async (request) => {
    if (deps.isBot?.(request.exchange.request) === true) return endpoint.turnAway(request);
    const startMs = performance.now();
    deps.meter.requestBegan(tlsFactsOf(request.exchange.request));
    let served: Served = { status: 500, bodyBytes: -1 };
    try {
      served = await endpoint.serve(request);
      return served;
    } finally {
      deps.endpointMeter.record(served.status, served.bodyBytes, performance.now() - startMs);
      deps.meter.requestEnded();
    }
  };
}

class Endpoint {
  readonly #config: EndpointConfig;
  readonly #deps: EndpointDeps;
  readonly #render: Renderer;

  constructor(config: EndpointConfig, deps: EndpointDeps) {
    this.#config = config;
    this.#deps = deps;
    this.#render = rendererOf(config.outputEncoding);
  }

  turnAway(request: EndpointRequest): Served {
    return this.#refuse(request, 403, {});
  }

  #refuse(request: EndpointRequest, status: number, more: HeaderValues): Served {
    const headers = { ...this.#headersFor(request), ...more };
    this.#deps.writer.write(request.exchange.response, status, headers, null);
    return { status, bodyBytes: 0 };
  }

  async serve(request: EndpointRequest): Promise<Served> {
    const { exchange } = request;
    const admission = await this.#admit(request);
    if (admission.kind === "refused")
      return this.#refuse(request, admission.status, admission.headers);
    const controller = new AbortController();
    const { response } = exchange;
    const timer = setTimeout(() => controller.abort(), this.#config.timeoutMs);
    const abort = (): void => {
      if (!isSent(response)) controller.abort();
    };
    response.on("close", abort);
    try {
      const outcome = await this.#call(request, admission, controller.signal);
      return await this.#answerOrFail(request, outcome);
    } finally {
      clearTimeout(timer);
      response.removeListener("close", abort);
    }
  }

  async #admit(request: EndpointRequest): Promise<Admission> {
    let admission: Admission = { kind: "admitted", claims: null, headers: {} };
    for (const ask of this.#deps.gatekeepers) {
      const next = await ask(request, this.#parametersOf(request));
      if (next.kind === "refused") return next;
      admission = {
        kind: "admitted",
        claims: next.claims ?? admission.claims,
        headers: { ...admission.headers, ...next.headers },
      };
    }
    return admission;
  }

  async #call(
    request: EndpointRequest,
    admission: Extract<Admission, { kind: "admitted" }>,
    signal: AbortSignal,
  ): Promise<ProxyOutcome> {
    try {
      const facts = this.#deps.readCall(request.exchange, request.query);
      return await this.#deps.pipe({
        ...facts,
        method: this.#config.method,
        headers: Object.assign(facts.headers, admission.headers),
        parameters: this.#parametersOf(request),
        claims: admission.claims,
        earlier: [],
        signal,
      });
    } catch (error) {
      return { answer: null, error: error instanceof Error ? error : new Error(String(error)) };
    }
  }

  #parametersOf({ values }: EndpointRequest): Record<string, string> {
    const parameters = Object.create(null) as Record<string, string>;
    const names = this.#config.path.parameters;
    for (const [index, name] of names.entries()) parameters[name] = values[index] ?? "";
    return parameters;
  }

  /** Data that cannot be rendered (nested deeper than a stack) is the backend's failure. */
  async #answerOrFail(request: EndpointRequest, outcome: ProxyOutcome): Promise<Served> {
    try {
      return await this.#answer(request, outcome);
    } catch (error) {
      if (request.exchange.response.headersSent) throw error;
      return this.#answer(request, { answer: null, error: error as Error });
    }
  }

  async #answer(request: EndpointRequest, { answer, error }: ProxyOutcome): Promise<Served> {
    const { writer, returnsErrorText } = this.#deps;
    const { response } = request.exchange;
    const headers = this.#headersFor(request);
    headers[COMPLETED] = "false";
    if (answer === null) {
      const status = statusOf(error);
      const text = returnsErrorText && error !== null ? error.message : null;
      if (text !== null) headers["content-type"] = "text/plain; charset=utf-8";
      return sent(response, status, writer.write(response, status, headers, text));
    }
    if (answer.passed !== null && this.#config.outputEncoding === "no-op") {
      const bodyBytes = await writer.pass(response, answer.passed, headers);
      return sent(response, answer.passed.status, bodyBytes);
    }
    answer.passed?.body.drain();
    if (answer.isComplete && !isEmptyObject(answer.data)) {
      headers[COMPLETED] = "true";
      const { cacheSeconds } = this.#config;
      if (cacheSeconds > 0) headers["cache-control"] = `public, max-age=${cacheSeconds}`;
    }
    const { accept = "" } = request.exchange.request.headers;
    const { contentType, body } = this.#render(answer.data, accept);
    headers["content-type"] = contentType;
    return sent(response, 200, writer.write(response, 200, headers, body));
  }

  #headersFor(request: EndpointRequest): Record<string, string | readonly string[]> {
    return { ...this.#deps.commonHeaders, ...request.headers };
  }
}

/** What nobody has received is no success, whatever was meant to be sent. */
function sent(response: RawResponse, status: number, bodyBytes: WrittenBytes): Served {
  const isLost = bodyBytes === -1 && response.destroyed;
  return isLost ? { status: 500, bodyBytes: -1 } : { status, bodyBytes };
}

function statusOf(error: Error | null): number {
  return error instanceof BackendFailure ? error.status : 500;
}
