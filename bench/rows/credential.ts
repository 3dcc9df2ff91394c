/**
 * What a credential costs: CPU of the whole process for a scrape of an empty snapshot, so that little
 * else is in it, by HTTP Basic, by one access token again and again, and by tokens that are seen for
 * the first time. Rounds take turns, so that what disturbs one way disturbs all.
 */
import { cpuNanosOfThreads } from "../process-usage.ts";
import { type BenchRow, median } from "../row.ts";
import { ScrapeClient } from "../scrape-client.ts";
import { scrapingSystems, type SnapshotRequest } from "../systems/systems.ts";

const rounds = 9;
const requestsPerRound = 1_000;
/** A client may ask for so many at once. */
const freshTokens = 90;
const tenant = { name: "nobody", selector: '{__name__="none"}' };

export const credentialRow: BenchRow = {
  name: "credential",
  description: `a scrape of no series ${requestsPerRound} times in a row by HTTP Basic and by an access token, taking turns, median of ${rounds}; and once by each of ${freshTokens} tokens`,
  async run(log) {
    const [gaugeway] = await scrapingSystems();
    if (gaugeway === undefined) throw new Error("there is no system to measure");
    await using server = await gaugeway.start({ scrapeConfigs: "", tenants: [tenant] });
    using client = new ScrapeClient();
    const basic = gaugeway.snapshotRequest(server, tenant);
    const { authorization = "" } = basic.headers;
    const tokens: string[] = [];
    for (let i = 0; i < freshTokens; i++) tokens.push(await tokenOf(server.url, authorization));
    const [first = "", ...others] = tokens.map((token) => `Bearer ${token}`);
    const bearer = withCredential(basic, first);

    const cpuMicros = async (requests: readonly SnapshotRequest[]): Promise<number> => {
      const before = cpuNanosOfThreads(server.pid);
      for (const request of requests) await client.get(request);
      return (cpuNanosOfThreads(server.pid) - before) / 1000 / requests.length;
    };
    // The first token brings its modules along; all ways shall be compiled alike.
    for (const request of [bearer, basic, bearer]) await cpuMicros(times(request));
    const byBasic: number[] = [];
    const byBearer: number[] = [];
    for (let round = 0; round < rounds; round++) {
      byBasic.push(await cpuMicros(times(basic)));
      byBearer.push(await cpuMicros(times(bearer)));
    }
    const fresh = await cpuMicros(others.map((credential) => withCredential(basic, credential)));
    log(`basic ${median(byBasic)} µs, bearer ${median(byBearer)} µs, fresh ${fresh} µs`);
    const peers = [{ system: "HTTP Basic", value: median(byBasic) }];
    return [
      {
        what: "CPU of a small scrape by access token",
        unit: "µs",
        ours: median(byBearer),
        peers,
        goal: "as HTTP Basic",
      },
      {
        what: "CPU of a small scrape by a token seen first",
        unit: "µs",
        ours: fresh,
        peers,
        goal: "happens once a minute for each token",
      },
    ];
  },
};

function times(request: SnapshotRequest): readonly SnapshotRequest[] {
  return Array<SnapshotRequest>(requestsPerRound).fill(request);
}

function withCredential(request: SnapshotRequest, authorization: string): SnapshotRequest {
  return { ...request, headers: { ...request.headers, authorization } };
}

async function tokenOf(url: string, authorization: string): Promise<string> {
  const answer = await fetch(`${url}/oauth2/token`, {
    method: "POST",
    headers: { authorization },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  return token;
}
