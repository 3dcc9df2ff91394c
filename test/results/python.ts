import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { SkipTest } from "../peers/index.ts";

const run = promisify(execFile);
const OUTPUT_BYTES_MAX = 256 * 1024 * 1024;
const RUN_MS_MAX = 60_000;
const PYTHON = process.env["GAUGEWAY_PYTHON"] ?? "python3";
/** Used where somebody has installed them; no package of Debian 12 brings them. */
const NOT_IN_DEBIAN: ReadonlySet<string> = new Set(["pyarrow"]);

/** Runs a Python program; gives its standard output as bytes, fails with its standard error. */
export async function runPython(
  program: string,
  args: readonly string[] = [],
  input = "",
): Promise<Buffer> {
  const child = run(PYTHON, ["-X", "utf8", "-c", program, ...args], {
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
    const canBeHad = !modules.some((module) => NOT_IN_DEBIAN.has(module));
    if (process.env["CI"] === "true" && canBeHad) throw error;
    skip(`needs python3 with ${modules.join(", ")}`);
  }
}
