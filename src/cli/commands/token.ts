import { text } from "node:stream/consumers";
import type { Command } from "commander";
import type { TokenState } from "#access";
import { OperatingError } from "#lib/operating-error";
import {
  type CommandContext,
  CONFIG_OPTION,
  DATA_OPTION,
  type PlaceOptions,
} from "../command-context.ts";
import { cliActor, openAccess } from "../open-access.ts";
import { formatTime } from "../terminal/format-time.ts";
import { printJson } from "../terminal/print-json.ts";

interface TokenOptions extends PlaceOptions {
  readonly json?: true;
}

/** Arguments can be seen by everybody on the machine, so a token may also come on standard input. */
const TOKEN = "<token>";
const TOKEN_DOC = "the access token; - reads it from standard input";

/** `gaugeway token …`: access tokens, for whoever runs the installation. */
export function addToken(program: Command, context: CommandContext): void {
  const token = program.command("token").description("Access tokens that this server issued.");
  const command = (usage: string, description: string): Command =>
    token
      .command(usage)
      .description(description)
      .option(...CONFIG_OPTION)
      .option(...DATA_OPTION)
      .option("--json", "print one JSON document");

  command("show", "Tell whose token it is, what it is worth now, and until when.")
    .argument(TOKEN, TOKEN_DOC)
    .action(async (argument: string, options: TokenOptions) => {
      await using access = await openAccess(context, options);
      const asker = { kind: "operator", actor: cliActor() } as const;
      const state = await access.tokens.introspect(asker, await tokenOf(argument));
      if (state === null) {
        const message = "This is no live token of this server: wrong, expired, or ended.";
        throw new OperatingError("token_unknown", message);
      }
      printState(context, options, state);
    });
  command("revoke", "End one access token at once.")
    .argument(TOKEN, TOKEN_DOC)
    .action(async (argument: string, options: TokenOptions) => {
      await using access = await openAccess(context, options);
      const asker = { kind: "operator", actor: cliActor() } as const;
      await access.tokens.revoke(asker, await tokenOf(argument));
      if (options.json === true) printJson(context.terminal.out, { revoked: true });
      else context.terminal.out.line("The token has ended.");
    });
  command(
    "forget-keys",
    "End all access tokens of all clients with the keys that signed them, after a leak.",
  ).action(async (options: TokenOptions) => {
    await using access = await openAccess(context, options);
    const keys = await access.tokens.forgetKeys(cliActor());
    if (options.json === true) printJson(context.terminal.out, { keys });
    else context.terminal.out.line(`${keys} keys are forgotten; all tokens have ended.`);
  });
}

async function tokenOf(argument: string): Promise<string> {
  return argument === "-" ? (await text(process.stdin)).trim() : argument;
}

function printState(
  { terminal: { out } }: CommandContext,
  options: TokenOptions,
  state: TokenState,
): void {
  if (options.json === true) return printJson(out, state);
  out.line(`client:  ${state.clientId}`);
  out.line(`tenant:  ${state.tenantName ?? "(operator)"}`);
  out.line(`scopes:  ${state.scopes.join(" ")}`);
  out.line(`issuer:  ${state.issuer}`);
  out.line(`issued:  ${formatTime(state.issuedAtSeconds * 1000)}`);
  return out.line(`expires: ${formatTime(state.expiresAtSeconds * 1000)}`);
}
