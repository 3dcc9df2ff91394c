import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One case of the OpenMetrics parser test data: bytes, and whether a parser must take them. */
export interface ParserCase {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly shouldParse: boolean;
}

const sharedData = process.env["GAUGEWAY_SHARED_DATA"] ?? "../shared/data";
const folder = join(sharedData, "openmetrics/tests/testdata/parsers");

/** The cases beside the checkout (GAUGEWAY_SHARED_DATA, else ../shared/data); none where it is absent. */
export function sharedCases(): readonly ParserCase[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => {
    const { shouldParse } = JSON.parse(readFileSync(join(folder, name, "test.json"), "utf8")) as {
      shouldParse: boolean;
    };
    return { name, bytes: readFileSync(join(folder, name, "metrics")), shouldParse };
  });
}
