import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { SkipTest } from "../peers/index.ts";

const run = promisify(execFile);
const OUTPUT_BYTES_MAX = 256 * 1024 * 1024;
const RUN_MS_MAX = 60_000;

/** Runs a Python program; gives its standard output as bytes, fails with its standard error. */
export async function runPython(
  program: string,
  args: readonly string[] = [],
  input = "",
): Promise<Buffer> {
  const child = run("python3", ["-X", "utf8", "-c", program, ...args], {
    encoding: "buffer",
    maxBuffer: OUTPUT_BYTES_MAX,
    timeout: RUN_MS_MAX,
  });
  child.child.stdin?.end(input);
  return (await child).stdout;
}

/** Skips the test by name where Python or a module of it is missing; under CI that is a failure. */
export async function pythonOrSkip(modules: readonly string[], skip: SkipTest): Promise<void> {
  try {
    await runPython(`import ${modules.join(", ")}`);
  } catch (error) {
    if (process.env["CI"] === "true") throw error;
    skip(`needs python3 with ${modules.join(", ")}`);
  }
}
