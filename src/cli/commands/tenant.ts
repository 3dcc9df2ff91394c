import { type Command, Option } from "commander";
import {
  type CollisionPolicy,
  type Entitlement,
  type EntitlementExplanation,
  type LabelRename,
  NO_ENTITLEMENT,
  type Tenant,
} from "#access";
import { parseDuration } from "#lib/duration";
import {
  type CommandContext,
  CONFIG_OPTION,
  DATA_OPTION,
  type PlaceOptions,
} from "../command-context.ts";
import { ControlClient } from "../control-client.ts";
import { cliActor, openAccess } from "../open-access.ts";
import { formatTime } from "../terminal/format-time.ts";
import { printJson } from "../terminal/print-json.ts";
import { UsageError } from "../terminal/report-error.ts";
import { printTable } from "../terminal/table.ts";
import { printExplanation } from "./print-explanation.ts";

interface TenantOptions extends PlaceOptions {
  readonly json?: true;
}

interface EntitleOptions extends TenantOptions {
  readonly select?: readonly string[];
  readonly dropLabel?: readonly string[];
  readonly renameLabel?: readonly string[];
  readonly maxAge?: string;
  readonly onCollision?: CollisionPolicy;
  readonly nothing?: true;
}

/** `gaugeway tenant …`: customers, and what each may see. */
export function addTenant(program: Command, context: CommandContext): void {
  const tenant = program.command("tenant").description("Tenants, and what each may see.");
  const command = (usage: string, description: string): Command =>
    tenant
      .command(usage)
      .description(description)
      .option(...CONFIG_OPTION)
      .option(...DATA_OPTION)
      .option("--json", "print one JSON document");

  command("create <name>", "Make a tenant. It sees nothing until it is entitled.").action(
    async (name: string, options: TenantOptions) => {
      await using access = await openAccess(context, options);
      printTenant(context, options, await access.tenants.create({ name }, cliActor()));
    },
  );
  command("list", "List the tenants.").action(async (options: TenantOptions) => {
    await using access = await openAccess(context, options);
    printTenants(context, options, await access.tenants.list());
  });
  command("show <name>", "Show a tenant and its entitlement.").action(
    async (name: string, options: TenantOptions) => {
      await using access = await openAccess(context, options);
      printTenant(context, options, await access.tenants.show(name));
    },
  );
  command("rename <name> <new-name>", "Give a tenant another name; its id stays.").action(
    async (name: string, newName: string, options: TenantOptions) => {
      await using access = await openAccess(context, options);
      printTenant(context, options, await access.tenants.rename(name, newName, cliActor()));
    },
  );
  command("delete <name>", "Delete a tenant and revoke its clients, at once and for good.").action(
    async (name: string, options: TenantOptions) => {
      await using access = await openAccess(context, options);
      const revokedClients = await access.tenants.delete(name, cliActor());
      if (options.json === true) printJson(context.terminal.out, { deleted: name, revokedClients });
      else
        context.terminal.out.line(`Tenant ${name} is deleted; clients revoked: ${revokedClients}.`);
    },
  );
  entitlementOptions(
    command("entitle <name>", "Say what a tenant may see; replaces what was said before."),
  ).action(async (name: string, options: EntitleOptions) => {
    const entitlement = entitlementOf(options) ?? needsSelectors();
    await using access = await openAccess(context, options);
    printTenant(context, options, await access.tenants.entitle(name, entitlement, cliActor()));
  });
  entitlementOptions(
    command(
      "explain <name>",
      "Tell what a tenant sees now; with selectors, what would change if it were entitled so. Needs the running server.",
    ),
  ).action(async (name: string, options: EntitleOptions) => {
    const control = new ControlClient(context, options);
    const explanation = await control.ask<EntitlementExplanation>("POST", "/explain", {
      tenant: name,
      entitlement: entitlementOf(options),
    });
    if (options.json === true) printJson(context.terminal.out, explanation);
    else printExplanation(context.terminal.out, explanation);
  });
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function entitlementOptions(command: Command): Command {
  return command
    .option(
      "-s, --select <selector>",
      "PromQL selector such as '{customer=\"acme\"}'; repeat for a union",
      collect,
    )
    .option("--drop-label <name>", "label that the tenant does not see; repeatable", collect)
    .option(
      "--rename-label <old=new>",
      "label that the tenant sees under another name; repeatable",
      collect,
    )
    .option("--max-age <duration>", "how far back the tenant can see, such as 30d")
    .addOption(
      new Option("--on-collision <policy>", "where labels dropped or renamed make series equal")
        .choices(["refuse", "sum", "max"])
        .default(undefined, "refuse"),
    )
    .option("--nothing", "take everything away");
}

/** Null where the options say nothing of an entitlement. */
function entitlementOf(options: EntitleOptions): Entitlement | null {
  if (options.nothing === true) return NO_ENTITLEMENT;
  if (options.select === undefined) return null;
  return {
    selectors: options.select,
    dropLabels: options.dropLabel ?? [],
    renameLabels: (options.renameLabel ?? []).map(renameOf),
    maxAgeMs: options.maxAge === undefined ? null : ageOf(options.maxAge),
    onCollision: options.onCollision ?? "refuse",
  };
}

function needsSelectors(): never {
  throw new UsageError("give at least one --select, or --nothing to take everything away");
}

function renameOf(text: string): LabelRename {
  const [from = "", to = "", ...rest] = text.split("=");
  if (from === "" || to === "" || rest.length > 0) {
    throw new UsageError(`--rename-label takes old=new, not ${JSON.stringify(text)}`);
  }
  return { from, to };
}

function ageOf(text: string): number {
  const ageMs = parseDuration(text);
  if (ageMs === null)
    throw new UsageError(`--max-age takes a duration such as 30d, not ${JSON.stringify(text)}`);
  return ageMs;
}

function printTenants(
  { terminal: { out } }: CommandContext,
  options: TenantOptions,
  tenants: readonly Tenant[],
): void {
  if (options.json === true) return printJson(out, tenants);
  if (tenants.length === 0)
    return out.line("There are no tenants: make one with «gaugeway tenant create NAME».");
  return printTable(
    out,
    [
      { title: "NAME", value: (tenant) => tenant.name },
      { title: "ID", value: (tenant) => tenant.id },
      { title: "CLIENTS", value: (tenant) => tenant.clientCount, align: "right" },
      { title: "ORIGIN", value: (tenant) => tenant.origin },
      { title: "CREATED", value: (tenant) => formatTime(tenant.createdAtMs) },
      { title: "SEES", value: (tenant) => summary(tenant.entitlement) },
    ],
    tenants,
  );
}

function printTenant(
  { terminal: { out } }: CommandContext,
  options: TenantOptions,
  tenant: Tenant,
): void {
  if (options.json === true) return printJson(out, tenant);
  const entitlement = tenant.entitlement ?? NO_ENTITLEMENT;
  const facts: (readonly [string, string])[] = [
    ["tenant", tenant.name],
    ["id", tenant.id],
    ["created", formatTime(tenant.createdAtMs)],
    ["clients", String(tenant.clientCount)],
    ["sees", summary(entitlement)],
  ];
  if (entitlement.dropLabels.length > 0) facts.push(["without", entitlement.dropLabels.join(", ")]);
  for (const { from, to } of entitlement.renameLabels) facts.push(["renamed", `${from} → ${to}`]);
  for (const [name, value] of facts) out.line(`${`${name}:`.padEnd(10)}${value}`);
  return undefined;
}

function summary(entitlement: Entitlement | null): string {
  const selectors = entitlement?.selectors ?? [];
  return selectors.length === 0 ? "nothing" : selectors.join(" or ");
}
