import type { Command } from "commander";
import {
  canonicalScope,
  type Client,
  type GrantedScope,
  type IssuedSecret,
  scopesFor,
} from "#access";
import { parseDuration } from "#lib/duration";
import { systemClock } from "#lib/system-clock";
import {
  type CommandContext,
  CONFIG_OPTION,
  DATA_OPTION,
  type PlaceOptions,
} from "../command-context.ts";
import { cliActor, openAccess } from "../open-access.ts";
import { formatTime } from "../terminal/format-time.ts";
import { printJson } from "../terminal/print-json.ts";
import { UsageError } from "../terminal/report-error.ts";
import { printTable } from "../terminal/table.ts";

interface ClientOptions extends PlaceOptions {
  readonly json?: true;
}

interface CreateOptions extends ClientOptions {
  readonly tenant?: string;
  readonly operator?: true;
  readonly scope: readonly string[];
  readonly expires?: string;
}

/** `gaugeway client …`: machine credentials. */
export function addClient(program: Command, context: CommandContext): void {
  const client = program.command("client").description("Machine credentials: id and secret.");
  const command = (usage: string, description: string): Command =>
    client
      .command(usage)
      .description(description)
      .option(...CONFIG_OPTION)
      .option(...DATA_OPTION)
      .option("--json", "print one JSON document");

  command("create <name>", "Make a client; its secret is shown this once.")
    .option("-t, --tenant <tenant>", "the tenant that owns it")
    .option("--operator", "owned by whoever runs the installation, instead of a tenant")
    .requiredOption(
      "-s, --scope <scope...>",
      `what it may do: ${scopesFor("tenant").join(", ")}, or with --operator ${scopesFor("operator").join(", ")}; a trailing * is a wildcard`,
    )
    .option("--expires <when>", "a duration from now such as 90d, or a date such as 2030-01-31")
    .action(async (name: string, options: CreateOptions) => {
      await using access = await openAccess(context, options);
      const owner = ownerOf(options);
      const issued = await access.clients.create(
        {
          name,
          tenant: owner.tenant,
          scopes: options.scope.map((scope) => scopeOf(owner.kind, scope)),
          expiresAtMs: options.expires === undefined ? null : expiryOf(options.expires),
        },
        cliActor(),
      );
      printIssued(context, options, issued);
    });
  command("list", "List clients.")
    .option("-t, --tenant <tenant>", "of this tenant alone")
    .option("--revoked", "the revoked ones too")
    .action(async (options: ClientOptions & { tenant?: string; revoked?: true }) => {
      await using access = await openAccess(context, options);
      const { tenant, revoked } = options;
      const clients = await access.clients.list({
        ...(tenant === undefined ? {} : { tenant }),
        includeRevoked: revoked === true,
      });
      printClients(context, options, clients);
    });
  command("rotate <id>", "Make a new secret, shown this once; the old one works on for a while.")
    .option("--overlap <duration>", "how long the old secret is still accepted", "1d")
    .action(async (id: string, options: ClientOptions & { overlap: string }) => {
      const overlapMs = parseDuration(options.overlap);
      if (overlapMs === null) throw new UsageError("--overlap takes a duration such as 12h");
      await using access = await openAccess(context, options);
      const issued = await access.clients.rotate(id, { overlapMs }, cliActor());
      printIssued(context, options, issued);
      if (options.json === true) return;
      context.terminal.out.line(
        overlapMs === 0
          ? "The old secret is no longer accepted."
          : `The old secret is accepted until ${formatTime(context.clock.nowMs() + overlapMs)}.`,
      );
    });
  command("scopes <id>", "Change what a client may do; access tokens lose what it loses.")
    .requiredOption("-s, --scope <scope...>", "everything that it may do from now on")
    .action(async (id: string, options: ClientOptions & { scope: readonly string[] }) => {
      await using access = await openAccess(context, options);
      const { owner } = await access.clients.show(id);
      const scopes = options.scope.map((scope) => scopeOf(owner, scope));
      const changed = await access.clients.setScopes(id, scopes, cliActor());
      if (options.json === true) printJson(context.terminal.out, changed);
      else context.terminal.out.line(`${changed.name} may do: ${changed.scopes.join(" ")}`);
    });
  command(
    "revoke-tokens <id>",
    "End all access tokens of a client at once; its secret works on.",
  ).action(async (id: string, options: ClientOptions) => {
    await using access = await openAccess(context, options);
    const owner = await access.clients.revokeTokens(id, cliActor());
    if (options.json === true) printJson(context.terminal.out, owner);
    else context.terminal.out.line(`All access tokens of ${owner.name} (${id}) have ended.`);
  });
  command("revoke <id>", "End a client at once and for good.").action(
    async (id: string, options: ClientOptions) => {
      await using access = await openAccess(context, options);
      const revoked = await access.clients.revoke(id, cliActor());
      if (options.json === true) printJson(context.terminal.out, revoked);
      else context.terminal.out.line(`Client ${revoked.name} (${revoked.id}) is revoked.`);
    },
  );
}

type Owner =
  | { readonly kind: "tenant"; readonly tenant: string }
  | { readonly kind: "operator"; readonly tenant: null };

function ownerOf(options: CreateOptions): Owner {
  if (options.operator === true && options.tenant === undefined) {
    return { kind: "operator", tenant: null };
  }
  if (options.tenant !== undefined && options.operator === undefined) {
    return { kind: "tenant", tenant: options.tenant };
  }
  throw new UsageError("give either --tenant or --operator");
}

function scopeOf(owner: Owner["kind"], text: string): GrantedScope {
  const scope = canonicalScope(owner, text);
  if (scope !== null) return scope;
  const known = scopesFor(owner).join(", ");
  throw new UsageError(
    `${JSON.stringify(text)} is no scope for clients of ${owner === "tenant" ? "a tenant" : "the operator"}; known are ${known}`,
  );
}

function expiryOf(text: string): number {
  const durationMs = parseDuration(text);
  if (durationMs !== null) return systemClock.nowMs() + durationMs;
  const dateMs = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(dateMs)) return dateMs;
  throw new UsageError("--expires takes a duration such as 90d or a date such as 2030-01-31");
}

function printIssued(
  { terminal: { out } }: CommandContext,
  options: ClientOptions,
  { client, secret }: IssuedSecret,
): void {
  if (options.json === true) {
    printJson(out, { ...client, secret });
    return;
  }
  out.line(`client id:     ${client.id}`);
  out.line(`client secret: ${secret}`);
  out.line("Keep the secret now: it is not shown again.");
}

function printClients(
  { terminal: { out } }: CommandContext,
  options: ClientOptions,
  clients: readonly Client[],
): void {
  if (options.json === true) return printJson(out, clients);
  if (clients.length === 0) return out.line("There are no clients.");
  return printTable(
    out,
    [
      { title: "NAME", value: (client) => client.name },
      { title: "CLIENT ID", value: (client) => client.id },
      { title: "TENANT", value: (client) => client.tenantName ?? "(operator)" },
      { title: "SCOPES", value: (client) => client.scopes.join(" ") },
      { title: "CREATED", value: (client) => formatTime(client.createdAtMs) },
      { title: "LAST USED", value: (client) => formatTime(client.lastUsedAtMs) },
      { title: "EXPIRES", value: (client) => formatTime(client.expiresAtMs) },
      ...(clients.some((client) => client.revokedAtMs !== null)
        ? [{ title: "REVOKED", value: (client: Client) => formatTime(client.revokedAtMs) }]
        : []),
    ],
    clients,
  );
}
