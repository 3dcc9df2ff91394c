import { expect } from "vitest";
import { type CommandResult, runGaugeway } from "./gaugeway-server.ts";

/** The commands of one installation: each is given its configuration. */
export interface GaugewayCli {
  (...args: readonly string[]): Promise<CommandResult>;
  /** Runs a command that must succeed; its standard output. */
  ok(...args: readonly string[]): Promise<string>;
  /** Runs a command with --json that must succeed. */
  json<Answer>(...args: readonly string[]): Promise<Answer>;
  /** Everything that the commands have printed so far. */
  transcript(): string;
}

export function cliFor(configFile: string): GaugewayCli {
  let transcript = "";
  const run = async (...args: readonly string[]): Promise<CommandResult> => {
    const result = await runGaugeway([...args, "--config", configFile]);
    transcript += result.stdout + result.stderr;
    return result;
  };
  const ok = async (...args: readonly string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await run(...args);
    expect({ args, exitCode, stderr }).toEqual({ args, exitCode: 0, stderr: "" });
    return stdout;
  };
  return Object.assign(run, {
    ok,
    json: async <Answer>(...args: readonly string[]) =>
      JSON.parse(await ok(...args, "--json")) as Answer,
    transcript: () => transcript,
  });
}
