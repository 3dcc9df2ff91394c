import { spawn } from "node:child_process";
import { freePort } from "../../test/peers/index.ts";

/** An exporter of `seriesCount` series in a process of its own, until disposed. */
export async function runExporter(
  seriesCount: number,
): Promise<{ readonly target: string } & Disposable> {
  const port = await freePort();
  const program = new URL("exporter.ts", import.meta.url).pathname;
  const exporter = spawn(process.execPath, [program, String(seriesCount), String(port)], {
    stdio: "ignore",
  });
  return { target: `127.0.0.1:${port}`, [Symbol.dispose]: () => void exporter.kill() };
}

/** A configuration that scrapes it alone. */
export function scrapeConfigsFor(target: string, intervalSeconds: number): string {
  return `global: {scrape_interval: ${intervalSeconds}s, scrape_timeout: ${intervalSeconds}s}
scrape_configs: [{job_name: exporter, static_configs: [{targets: ["${target}"]}]}]
`;
}
