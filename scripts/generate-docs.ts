/**
 * Writes the pages of docs/reference from the tables in the source. With `--check` it writes
 * nothing and fails where a page is not what it would write.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { configurationPage } from "./docs/configuration-page.ts";
import type { SourceFile } from "./docs/error-codes.ts";
import { errorsPage } from "./docs/errors-page.ts";
import { limitsPage } from "./docs/limits-page.ts";
import { metricsPage } from "./docs/metrics-page.ts";

/** The source without its tests. */
export function sourceFiles(): SourceFile[] {
  return readdirSync("src", { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .toSorted()
    .map((file) => ({ path: `src/${file}`, text: readFileSync(join("src", file), "utf8") }));
}

interface TableModule {
  readonly file: SourceFile;
  readonly exports: Readonly<Record<string, unknown>>;
}

/** Every part's table of this name, with what it exports. */
async function tableModules(files: readonly SourceFile[], name: string): Promise<TableModule[]> {
  const tables = files.filter(
    ({ path }) => path.endsWith(`/${name}`) && !path.startsWith("src/config/"),
  );
  return Promise.all(
    tables.map(async (file) => ({
      file,
      exports: (await import(pathToFileURL(file.path).href)) as Record<string, unknown>,
    })),
  );
}

/** Every generated page by its path. */
export async function generatePages(): Promise<ReadonlyMap<string, string>> {
  const files = sourceFiles();
  return new Map([
    ["docs/reference/configuration.md", configurationPage()],
    ["docs/reference/errors.md", errorsPage(files)],
    ["docs/reference/limits.md", limitsPage(await tableModules(files, "limits.ts"))],
    ["docs/reference/metrics.md", metricsPage(await tableModules(files, "metrics.ts"))],
  ]);
}

function isStale(path: string, page: string): boolean {
  try {
    return readFileSync(path, "utf8") !== page;
  } catch {
    return true;
  }
}

async function main(): Promise<void> {
  const pages = await generatePages();
  const stale = [...pages].filter(([path, page]) => isStale(path, page));
  if (process.argv.includes("--check")) {
    for (const [path] of stale) console.error(`${path} is stale; run npm run docs`);
    process.exitCode = stale.length === 0 ? 0 : 1;
    return;
  }
  for (const [path, page] of stale) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, page);
    console.log(`wrote ${path}`);
  }
}

if (import.meta.main) await main();
