/**
 * Spares a backend that keeps failing: after more than `errorsMax` consecutive failures no call
 * reaches it for a while; then a single one tries whether it is back.
 */
import type { Clock } from "#lib/clock";
import type { Logger } from "#lib/logger";
import type { CircuitBreakerOptions } from "../config/extra/circuit-breaker-options.ts";
import { BackendFailure } from "../errors.ts";
import { failed, type Layer, type ProxyOutcome } from "../proxy/proxy.ts";

type State = "closed" | "open" | "half-open";

export function breakCircuit(options: CircuitBreakerOptions, clock: Clock, log: Logger): Layer {
  const circuit = new Circuit(options, clock, log);
  return (next) => async (call) => {
    if (!circuit.admits()) {
      const text = "The backend is being spared after many errors: try again later.";
      return failed(new BackendFailure("backend_circuit_open", text));
    }
    const outcome = await next(call);
    circuit.learn(verdictOf(outcome));
    return outcome;
  };
}

/** Calls that were given up say nothing of the backend, except that a probe has to be made again. */
function verdictOf({ error }: ProxyOutcome): "ok" | "failed" | "unknown" {
  if (error === null) return "ok";
  const isCanceled = error instanceof BackendFailure && error.code === "backend_call_canceled";
  return isCanceled ? "unknown" : "failed";
}

class Circuit {
  readonly #options: CircuitBreakerOptions;
  readonly #clock: Clock;
  readonly #log: Logger;
  #state: State = "closed";
  #failures = 0;
  /** When an open circuit may be tried, or a closed one forgets. */
  #untilMs: number;
  #isProbing = false;

  constructor(options: CircuitBreakerOptions, clock: Clock, log: Logger) {
    this.#options = options;
    this.#clock = clock;
    this.#log = log;
    this.#untilMs = this.#forgetsAtMs();
  }

  admits(): boolean {
    const nowMs = this.#clock.monotonicMs();
    if (this.#state === "closed") {
      if (nowMs >= this.#untilMs) {
        this.#failures = 0;
        this.#untilMs = this.#forgetsAtMs();
      }
      return true;
    }
    if (this.#state === "open" && nowMs >= this.#untilMs) this.#become("half-open");
    if (this.#state !== "half-open" || this.#isProbing) return false;
    this.#isProbing = true;
    return true;
  }

  learn(verdict: "ok" | "failed" | "unknown"): void {
    const wasProbe = this.#state === "half-open";
    this.#isProbing = false;
    if (verdict === "unknown") return;
    if (verdict === "ok") {
      this.#failures = 0;
      if (wasProbe) this.#close();
      return;
    }
    this.#failures += 1;
    const isTooMuch = wasProbe || this.#failures > this.#options.errorsMax;
    if (this.#state !== "open" && isTooMuch) {
      this.#untilMs = this.#clock.monotonicMs() + this.#options.openMs;
      this.#become("open");
    }
  }

  #close(): void {
    this.#untilMs = this.#forgetsAtMs();
    this.#become("closed");
  }

  #forgetsAtMs(): number {
    const { forgetMs } = this.#options;
    return forgetMs === 0 ? Number.POSITIVE_INFINITY : this.#clock.monotonicMs() + forgetMs;
  }

  #become(state: State): void {
    const from = this.#state;
    this.#state = state;
    const { name, isLogged } = this.#options;
    if (isLogged)
      this.#log.warn({ circuitBreaker: name, from, to: state }, "circuit breaker changed");
  }
}
