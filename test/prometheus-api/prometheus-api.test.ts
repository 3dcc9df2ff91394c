import { expect, test } from "vitest";
import { peerOrSkip } from "../peers/index.ts";
import { API_CALLS, type ApiCall } from "./api-calls.ts";
import { type ApiAnswer, ask } from "./ask.ts";
import { comparable, shapeOf } from "./comparable.ts";
import { startTwins, type TwinServers } from "./twin-servers.ts";

/**
 * Statuses, headers and bodies of the query API beside the oldest and the newest Prometheus that can
 * be had, over the same samples. Where a version answers otherwise, the call says since when.
 */
const VERSIONS = [
  { suite: "bookworm", version: "2.42", flags: ["--enable-feature=exemplar-storage"] },
  {
    suite: "sid",
    version: "3.5",
    flags: ["--enable-feature=exemplar-storage,promql-experimental-functions"],
  },
] as const;

test.for(VERSIONS)(
  "answers as Prometheus $version does",
  { timeout: 240_000 },
  async ({ suite, version, flags }, { skip }) => {
    await using twins = await startTwins(await peerOrSkip("prometheus", suite, skip), flags);
    const calls = Object.values(API_CALLS).flat();
    const wanted = calls.filter(({ since }) => since === undefined || since === version);
    expect(wanted.length).toBeGreaterThan(90);
    for (const call of wanted) await compare(twins, call, version);
  },
);

async function compare(twins: TwinServers, call: ApiCall, version: string): Promise<void> {
  const name = JSON.stringify(call);
  const theirs = await ask(twins.prometheusUrl, call, {}, twins.endSeconds);
  const headers = call.asOperator === true ? twins.operatorHeaders : twins.tenantHeaders;
  const ours = await ask(twins.gaugewayUrl, call, headers, twins.endSeconds);
  expect.soft(ours.status, name).toBe(theirs.status);
  if (call.compares === "status") return;
  expect.soft(withoutVersion(ours.headers), name).toEqual(withoutVersion(theirs.headers));
  const sorts = /sort|topk/.test(call.path);
  const seen = (text: string) =>
    call.compares === "shape" ? shapeOf(text) : comparable(text, version, sorts);
  expect.soft(seen(ours.text), name).toEqual(seen(theirs.text));
}

/** 2.42 and later versions answer `*` where any origin may read, 3.5 the origin: it says the same. */
function withoutVersion(headers: ApiAnswer["headers"]): ApiAnswer["headers"] {
  const { "access-control-allow-origin": origin, ...others } = headers;
  return { ...others, "access-control-allow-origin": origin === "" ? "" : "any" };
}
