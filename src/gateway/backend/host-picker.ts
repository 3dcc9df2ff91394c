import { resolveSrv, type SrvRecord } from "node:dns";
import type { BackendConfig } from "../config/backend-config.ts";
import { BackendFailure } from "../errors.ts";

/** Which host of a backend is asked next. */
export interface HostPicker extends Disposable {
  pick(): string;
}

/** In turn, from a random start, so that many gateways do not all begin with the same host. */
class Rotation {
  #next = Math.floor(Math.random() * 0xffff);

  take(hosts: readonly string[]): string {
    const host = hosts[this.#next % hosts.length];
    this.#next += 1;
    if (host === undefined) {
      throw new BackendFailure("backend_unreachable", "DNS names no host of a backend.");
    }
    return host;
  }
}

export function createHostPicker(config: BackendConfig, dnsCacheMs: number): HostPicker {
  return config.discovery.kind === "dns"
    ? new DnsHosts(config.hosts, config.discovery.scheme, dnsCacheMs)
    : staticHosts(config.hosts);
}

function staticHosts(hosts: readonly string[]): HostPicker {
  const rotation = new Rotation();
  return { pick: () => rotation.take(hosts), [Symbol.dispose]: () => undefined };
}

/** Hosts from SRV records: those of the lowest priority, each as often as its weight says. */
class DnsHosts implements HostPicker {
  readonly #names: readonly string[];
  readonly #scheme: string;
  readonly #rotation = new Rotation();
  readonly #timer: NodeJS.Timeout;
  #hosts: readonly string[] = [];

  constructor(names: readonly string[], scheme: string, cacheMs: number) {
    this.#names = names;
    this.#scheme = scheme;
    this.#look();
    this.#timer = setInterval(() => this.#look(), Math.max(cacheMs, 1000));
    this.#timer.unref();
  }

  pick(): string {
    return this.#rotation.take(this.#hosts);
  }

  #look(): void {
    const [name = ""] = this.#names;
    resolveSrv(name, (error, records) => {
      // What was known stays in force while DNS does not answer.
      if (error === null && records.length > 0) this.#hosts = hostsOf(records, this.#scheme);
    });
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

/** Weights are divided by what they have in common, and rounded to a list of bounded length. */
const SLOTS_MAX = 1000;

export function hostsOf(records: readonly SrvRecord[], scheme: string): readonly string[] {
  const lowest = Math.min(...records.map((record) => record.priority));
  const best = records.filter((record) => record.priority === lowest);
  const divisor = best.reduce((common, record) => commonDivisor(common, record.weight), 0) || 1;
  const total = best.reduce((sum, record) => sum + Math.max(record.weight, 1), 0) / divisor;
  const scale = Math.max(1, total / SLOTS_MAX) * divisor;
  return best.flatMap((record) => {
    const slots = Math.max(1, Math.round(record.weight / scale));
    return Array.from({ length: slots }, () => `${scheme}://${record.name}:${record.port}`);
  });
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
