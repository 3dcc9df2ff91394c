import { OperatingError } from "#lib/operating-error";
import { formatGatewayFinding, type GatewayFinding } from "./config/finding.ts";

/** The gateway's configuration cannot be used; every error stands in a line of its own. */
export class GatewayConfigError extends OperatingError {
  constructor(file: string, errors: readonly GatewayFinding[]) {
    const lines = errors.map((error) => formatGatewayFinding(file, error));
    super("gateway_config_refused", `the gateway's configuration is refused:\n${lines.join("\n")}`);
  }
}

/** A backend did not answer as it should. */
export class BackendFailure extends OperatingError {
  /** What a client gets for it. */
  readonly status: number;

  constructor(
    code: BackendFailureCode,
    message: string,
    status = 500,
    options?: { cause?: unknown },
  ) {
    super(code, message, options);
    this.status = status;
  }
}

export type BackendFailureCode =
  /** A backend answered with a status that is no success. */
  | "backend_status"
  /** A backend's answer is not in its encoding, or has another shape than the endpoint says. */
  | "backend_answer_invalid"
  /** A backend could not be reached, or broke off. */
  | "backend_unreachable"
  /** A backend's answer is larger than `gateway.answer_body_bytes_max`. */
  | "backend_answer_too_large"
  /** A backend redirects too often, or to nowhere. */
  | "backend_redirects"
  /** The call was given up: the endpoint's timeout, a client that left, another call that won. */
  | "backend_call_canceled"
  /** A call over `qos/ratelimit/proxy`. */
  | "backend_rate_limit"
  /** A backend that is being spared after many errors. */
  | "backend_circuit_open"
  /** The request's body is larger than `gateway.request_body_bytes_max`. */
  | "gateway_body_too_large"
  /** The request's body broke off. */
  | "gateway_body_broken";
