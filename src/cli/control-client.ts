import { type IncomingMessage, request as httpRequest } from "node:http";
import { OperatingError } from "#lib/operating-error";
import type { CommandContext, PlaceOptions } from "./command-context.ts";
import { readConfig } from "./read-config.ts";

/** The control socket of the server that the options mean. */
export class ControlClient {
  readonly #socketPath: string;

  constructor(context: CommandContext, options: PlaceOptions) {
    const { control } = readConfig(context, options).config;
    if (control === null) {
      throw new OperatingError(
        "control_off",
        "The configuration switches the control socket off (control.socket): switch it on to use this command.",
      );
    }
    this.#socketPath = control.listen.path;
  }

  /** Whether a server runs. A killed one leaves its socket behind, so the file tells nothing. */
  async isAnswering(): Promise<boolean> {
    try {
      await this.ask("GET", "/status");
      return true;
    } catch (error) {
      if (error instanceof OperatingError && error.code === "server_not_running") return false;
      throw error;
    }
  }

  /** The JSON answer. */
  async ask<Answer>(method: "GET" | "POST", path: string, body?: unknown): Promise<Answer> {
    let text = "";
    for await (const chunk of await this.stream(method, path, body)) text += chunk.toString();
    return JSON.parse(text) as Answer;
  }

  /** The answer's bytes as they come; fails where the answer breaks off. */
  async stream(
    method: "GET" | "POST",
    path: string,
    body?: unknown,
  ): Promise<AsyncIterable<Buffer>> {
    const answer = await this.#send(method, path, body);
    if (answer.statusCode === 200) return whole(answer);
    let text = "";
    for await (const chunk of answer as AsyncIterable<Buffer>) text += chunk.toString();
    throw refusalOf(text);
  }

  #send(method: string, path: string, body: unknown): Promise<IncomingMessage> {
    return new Promise((done, fail) => {
      const options = { socketPath: this.#socketPath, method, path, agent: false };
      httpRequest(options, done)
        .once("error", (error: NodeJS.ErrnoException) => fail(this.#unreachable(error)))
        .end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  #unreachable(cause: NodeJS.ErrnoException): OperatingError {
    if (cause.code === "EACCES") {
      const message = `This account may not open ${this.#socketPath}: run the command as the account that runs the server.`;
      return new OperatingError("control_forbidden", message, { cause });
    }
    if (cause.code !== "ENOENT" && cause.code !== "ECONNREFUSED") return brokenOff(cause);
    const message = `No server answers at ${this.#socketPath}: start it with «gaugeway serve», or name its configuration with --config.`;
    return new OperatingError("server_not_running", message, { cause });
  }
}

async function* whole(answer: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* answer;
  } catch (cause) {
    throw brokenOff(cause);
  }
}

function brokenOff(cause: unknown): OperatingError {
  const message = "The server broke its answer off: its log says why.";
  return new OperatingError("control_interrupted", message, { cause });
}

function refusalOf(text: string): OperatingError {
  const { error, message } = JSON.parse(text) as { error: string; message: string };
  return new OperatingError(error, message);
}
