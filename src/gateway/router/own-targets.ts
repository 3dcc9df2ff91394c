/** What the gateway answers itself, beside the configured endpoints. */
import type { Clock } from "#lib/clock";
import { type PathSegment } from "../config/endpoint-path.ts";
import type { GatewayConfig } from "../config/gateway-config.ts";
import type { AnswerWriter } from "../endpoint/answer-writer.ts";
import type { EndpointRequest } from "../endpoint/endpoint-handler.ts";
import type { HeaderValues } from "../proxy/proxy.ts";
import type { Target } from "./create-request-router.ts";
import { echoOf } from "./echo.ts";

interface OwnTargetDeps {
  readonly config: GatewayConfig;
  readonly writer: AnswerWriter;
  readonly commonHeaders: HeaderValues;
  readonly clock: Clock;
}

export interface OwnTarget extends Target {
  readonly segments: readonly PathSegment[];
  readonly methods: readonly string[];
}

const ALL_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const JSON_TYPE = { "content-type": "application/json; charset=utf-8" };

export function ownTargets({ config, writer, commonHeaders, clock }: OwnTargetDeps): OwnTarget[] {
  const { router, hasDebugEndpoint, hasEchoEndpoint } = config;
  const own = (
    path: string,
    methods: readonly string[],
    bodyOf: (request: EndpointRequest) => string | Promise<string>,
  ): OwnTarget => ({
    segments: segmentsOf(path),
    methods,
    isEndpoint: false,
    async serve(request) {
      const headers = { ...commonHeaders, ...request.headers, ...JSON_TYPE };
      const body = await bodyOf(request);
      return {
        status: 200,
        bodyBytes: writer.write(request.exchange.response, 200, headers, body),
      };
    },
  });
  const targets: OwnTarget[] = [];
  if (router.healthPath !== null) {
    targets.push(own(router.healthPath, ["GET"], () => health(clock.nowMs())));
  }
  if (hasDebugEndpoint)
    targets.push(own("/__debug/*", ALL_METHODS, () => JSON.stringify({ message: "pong" })));
  if (hasEchoEndpoint)
    targets.push(own("/__echo/*", ALL_METHODS, ({ exchange }) => echoOf(exchange.request)));
  return targets;
}

function segmentsOf(path: string): PathSegment[] {
  return path
    .replace(/^\//, "")
    .split("/")
    .map((text) => (text === "*" ? { kind: "rest" } : { kind: "text", text }));
}

function health(nowMs: number): string {
  const now = new Date(nowMs).toISOString().replace("T", " ").replace("Z", " +0000 UTC");
  return JSON.stringify({ agents: {}, now, status: "ok" });
}
