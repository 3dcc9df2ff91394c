/**
 * `npm run bench` measures every row, `npm run bench -- NAME…` the named ones. Each row runs us and
 * the newest peers on equal data in one run and prints ratios: below 1 we are ahead.
 */
import { benchRows } from "./rows.ts";
import type { Measurement } from "./row.ts";

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !benchRows.some((row) => row.name === name));
const log = (line: string): void => void process.stderr.write(`${line}\n`);

function print(rowName: string, measurement: Measurement): void {
  const { what, unit, ours, peers, goal } = measurement;
  const columns = peers.map(
    (peer) => `${peer.system} ${format(peer.value)} (ratio ${(ours / peer.value).toFixed(2)})`,
  );
  process.stdout.write(
    `| ${rowName} | ${what} | ${format(ours)} ${unit} | ${columns.join(", ")} | ${goal} |\n`,
  );
}

function format(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

if (unknown.length > 0) {
  const names = benchRows.map((row) => row.name).join(", ");
  log(`no such bench row: ${unknown.join(", ")}; there are: ${names}`);
  process.exitCode = 2;
} else {
  process.stdout.write("| row | what | ours | peers | goal |\n| --- | --- | --- | --- | --- |\n");
  for (const row of benchRows) {
    if (wanted.length > 0 && !wanted.includes(row.name)) continue;
    log(`== ${row.name}: ${row.description}`);
    for (const measurement of await row.run(log)) print(row.name, measurement);
  }
}
