import type { Server as TlsServer } from "node:tls";
import type { Logger } from "#lib/logger";
import type { TlsOptions } from "./listen-options.ts";
import type { HttpTelemetry } from "./metrics.ts";
import { loadTlsMaterial, type TlsMaterial } from "./tls-material.ts";

export type TlsReloadOutcome = "unchanged" | "reloaded" | "failed";

/**
 * Keeps a running server's certificate that of the files. Contents are compared at an interval,
 * because file events miss what matters most in practice: a swapped symbolic link, a remounted
 * secret. A pair that does not fit (half-written, too) leaves the old one in use. Connections that
 * stand keep the certificate they began with.
 */
export interface CertificateKeeper extends Disposable {
  reload(): Promise<TlsReloadOutcome>;
}

export interface CertificateKeeperDeps {
  readonly server: Pick<TlsServer, "setSecureContext">;
  readonly options: TlsOptions;
  readonly initial: TlsMaterial;
  readonly listener: string;
  readonly logger: Logger;
  readonly telemetry: HttpTelemetry;
}

export function keepCertificate(deps: CertificateKeeperDeps): CertificateKeeper {
  const { server, options, listener, logger, telemetry } = deps;
  let current = deps.initial.fingerprint;
  let lastFailure = "";
  const expiry = telemetry.certificateExpiry.with(listener);
  expiry.set(deps.initial.expiresAtMs / 1000);

  async function attempt(): Promise<TlsReloadOutcome> {
    try {
      const material = await loadTlsMaterial(options);
      if (material.fingerprint === current) return "unchanged";
      server.setSecureContext(material.context);
      current = material.fingerprint;
      lastFailure = "";
      expiry.set(material.expiresAtMs / 1000);
      logger.info({ listener, certFile: options.certFile }, "certificate reloaded");
      return "reloaded";
    } catch (error) {
      const failure = String(error);
      if (failure !== lastFailure) {
        logger.error({ listener, error }, "certificate not reloaded, the old one stays in use");
      }
      lastFailure = failure;
      return "failed";
    }
  }

  async function reload(): Promise<TlsReloadOutcome> {
    const outcome = await attempt();
    if (outcome !== "unchanged") telemetry.certificateReloads.with(listener, outcome).inc();
    return outcome;
  }

  const timer = setInterval(() => void reload(), options.checkIntervalMs);
  timer.unref();
  return { reload, [Symbol.dispose]: () => clearInterval(timer) };
}
