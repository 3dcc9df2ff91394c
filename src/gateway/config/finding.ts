/** What is wrong with a gateway's configuration, or worth knowing of it. */
export interface GatewayFinding {
  /** `endpoints[2].backend[0].url_pattern`; empty for the file as a whole. */
  readonly path: string;
  /** What is wrong and what is allowed; never the value of a secret. */
  readonly message: string;
}

/** Findings of one loading, in reading order. */
export class Findings {
  /** The configuration cannot be used. */
  readonly errors: GatewayFinding[] = [];
  /** It can, but something in it does not do what its author may believe. */
  readonly warnings: GatewayFinding[] = [];

  refuse(path: string, message: string): void {
    this.errors.push({ path, message });
  }

  warn(path: string, message: string): void {
    this.warnings.push({ path, message });
  }
}

export function formatGatewayFinding(file: string, { path, message }: GatewayFinding): string {
  return path === "" ? `${file}: ${message}` : `${file}: ${path}: ${message}`;
}
