import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { RESULT_FORMATS } from "#results";

const run = promisify(execFile);
/** Two million rows are 60 to 70 MB of text, or as much in columns of Parquet. */
const GROWTH_BYTES_MAX = 40 * 1024 * 1024;
const HEAP = ["--max-old-space-size=40", "--max-semi-space-size=2"];

test.each(RESULT_FORMATS)(
  "two million rows of %s take a small heap and no memory that grows with them",
  { timeout: 120_000 },
  async (format) => {
    const child = join(import.meta.dirname, "render-child.ts");
    const args = [...HEAP, "--conditions=source", child, format];
    const { stdout } = await run(process.execPath, args);
    const { bytes, grownBytes } = JSON.parse(stdout) as { bytes: number; grownBytes: number };
    expect(bytes).toBeGreaterThan(format === "parquet" ? 100_000 : 50e6);
    expect(grownBytes).toBeLessThan(GROWTH_BYTES_MAX);
  },
);
