import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { formatFinding } from "../finding.ts";
import { loadConfig } from "../load-config.ts";

const folder = mkdtempSync(join(tmpdir(), "gaugeway-oauth-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

const nothing = (): null => null;

function load(text: string) {
  const file = join(folder, "gaugeway.yaml");
  writeFileSync(file, text);
  const checks = {
    selector: nothing,
    regex: nothing,
    scope: (_owner: string, scope: string) => (scope.startsWith("metrics.") ? null : "unknown"),
    clientId: nothing,
    clientSecret: nothing,
  };
  const loaded = loadConfig({ file, env: {}, checks });
  return loaded.kind === "loaded" ? loaded.config : loaded.findings.map(formatFinding).join("\n");
}

const provider = (more: string): string =>
  `oauth: {identity_providers: [{name: corp, issuer: "https://id.example.com", audience: [gaugeway], ${more}}]}`;

test("without a word about it tokens live an hour, keys a month, and nobody else's are taken", () => {
  expect(load("{}")).toMatchObject({
    server: { externalUrl: null },
    oauth: {
      accessTokenLifetimeMs: 3_600_000,
      signingKeyRotationMs: 30 * 24 * 3_600_000,
      identityProviders: [],
    },
  });
});

test("a provider is read with its rules", () => {
  const more = `jwks_url: "https://id.example.com/jwks", tenant_claim: org, tenant_values: {"47": acme}, scope_claim: roles, scope_values: {reader: [metrics.read]}`;
  expect(load(provider(more))).toMatchObject({
    oauth: {
      identityProviders: [
        {
          name: "corp",
          issuer: "https://id.example.com",
          audiences: ["gaugeway"],
          algorithms: ["RS256", "PS256", "ES256", "EdDSA"],
          keySet: { kind: "url", url: "https://id.example.com/jwks" },
          tenant: { kind: "claim", claim: "org", values: new Map([["47", "acme"]]) },
          scopes: {
            kind: "claim",
            claim: "roles",
            values: new Map([["reader", ["metrics.read"]]]),
          },
        },
      ],
    },
  });
});

test("the public address is an origin; a final slash is taken away", () => {
  expect(load('server: {external_url: "https://M.example.com:443/"}')).toMatchObject({
    server: { externalUrl: "https://m.example.com" },
  });
});

test.each([
  ["tenant: acme", /give either jwks_url or jwks_file/],
  ["tenant: acme, jwks_file: a, jwks_url: 'https://x/'", /give either jwks_url or jwks_file/],
  ["tenant: acme, jwks_url: 'http://id.example.com/jwks'", /plain http.*use https/],
  ["tenant: acme, jwks_url: 'file:///etc/passwd'", /a URL that starts with http/],
  ["jwks_file: a", /give either tenant or tenant_claim/],
  ["jwks_file: a, tenant: acme, tenant_claim: org", /give either tenant or tenant_claim/],
  ["jwks_file: a, tenant: acme, tenant_values: {x: acme}", /contradicts tenant/],
  ["jwks_file: a, tenant: acme, algorithms: [HS256]", /one of RS256/],
  ["jwks_file: a, tenant: acme, algorithms: [none]", /one of RS256/],
  ["jwks_file: a, tenant: acme, scopes: [targets.read]", /unknown/],
  [
    "jwks_file: a, tenant: acme, scopes: [metrics.read], scope_values: {a: [metrics.read]}",
    /contradicts scopes/,
  ],
])("%s is refused", (more, reason) => {
  expect(load(provider(more))).toMatch(reason);
});

test.each([
  ["server: {external_url: metrics.example.com}", /an address such as/],
  ["server: {external_url: 'https://example.com/gaugeway'}", /without a path/],
  ["server: {external_url: 'https://u:p@example.com'}", /without a path/],
  ["oauth: {access_token_lifetime: 5s}", /from 10s to 1d/],
  ["oauth: {access_token_lifetime: 2d}", /from 10s to 1d/],
])("%s is refused", (text, reason) => {
  expect(load(text)).toMatch(reason);
});
