/** The two streams of a command, and what they can show. */
import type { Writable } from "node:stream";
import { styleText } from "node:util";

export type Style = Parameters<typeof styleText>[0];

/** A stream of the process; `isTTY` and the sizes are there on a terminal only. */
export type OutputStream = Writable & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

export interface Output {
  readonly stream: OutputStream;
  readonly isTerminal: boolean;
  readonly hasColours: boolean;
  /** Of the terminal; 80 where there is none. */
  readonly columns: number;
  /** Of the terminal; 24 where there is none. */
  readonly rows: number;
  /** One line; the line break is added. */
  line(text: string): void;
  /** The text in this style where colours are wanted, else as it is. */
  style(style: Style, text: string): string;
}

export interface Terminal {
  /** Results, and nothing else: it may be piped into another program. */
  readonly out: Output;
  /** Errors, progress, advice. */
  readonly err: Output;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function createTerminal(
  stdout: OutputStream,
  stderr: OutputStream,
  env: Environment,
): Terminal {
  return { out: createOutput(stdout, env), err: createOutput(stderr, env) };
}

function createOutput(stream: OutputStream, env: Environment): Output {
  const isTerminal = stream.isTTY === true;
  const colours = wantsColours(isTerminal, env);
  return {
    stream,
    isTerminal,
    hasColours: colours,
    columns: stream.columns ?? 80,
    rows: stream.rows ?? 24,
    line: (text) => void stream.write(`${text}\n`),
    // The stream was asked above; `styleText` would ask the process' own.
    style: (style, text) => (colours ? styleText(style, text, { validateStream: false }) : text),
  };
}

/**
 * NO_COLOR (no-color.org) and FORCE_COLOR (as Node and npm read it) win over what the stream is;
 * of the two, FORCE_COLOR, because it is the more deliberate.
 */
function wantsColours(isTerminal: boolean, env: Environment): boolean {
  const force = env["FORCE_COLOR"];
  if (force !== undefined) return force !== "0" && force !== "false";
  if (env["NO_COLOR"] !== undefined && env["NO_COLOR"] !== "") return false;
  return isTerminal && env["TERM"] !== "dumb";
}
