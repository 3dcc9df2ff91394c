/**
 * An exporter of any size, as a process of its own: `node exporter.ts SERIES PORT`. Fifty counter
 * families; every value changes with every scrape. Labels are those of a usual web service.
 */
import { createServer } from "node:http";

const familiesCount = 50;
const seriesCount = Number(process.argv[2]);
const port = Number(process.argv[3]);
const perFamily = Math.ceil(seriesCount / familiesCount);
let scrapes = 0;

function family(index: number): string {
  const name = `exp_requests${index}_total`;
  let text = `# HELP ${name} Requests served, by instance.\n# TYPE ${name} counter\n`;
  for (let i = 0; i < perFamily; i++) {
    const value = scrapes * (37 + (i % 61)) + i * index;
    text += `${name}{host="host-${i}:9100",path="/api/v1/thing",tenant="t${i % 10}",zone="z${i % 3}"} ${value}\n`;
  }
  return text;
}

createServer((_request, response) => {
  scrapes += 1;
  response.writeHead(200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
  let next = 0;
  const writeMore = (): void => {
    while (next < familiesCount) {
      if (!response.write(family(next++))) {
        response.once("drain", writeMore);
        return;
      }
    }
    response.end();
  };
  writeMore();
}).listen(port, "127.0.0.1");
