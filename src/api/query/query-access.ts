/** Endpoints whose answer is the tenant's own for a tenant, and the installation's for the operator. */
export const EITHER_ACCESS = {
  kind: "either",
  tenantScope: "metrics.query",
  operatorScope: "stats.read",
} as const;

export const TENANT_ACCESS = { kind: "tenant", scope: "metrics.query" } as const;

export const OPERATOR_ACCESS = { kind: "operator", scope: "stats.read" } as const;
