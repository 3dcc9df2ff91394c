/** The native path of InfluxDB 2 against VictoriaMetrics, which takes `/api/v2/write`. */
import { expect, test } from "vitest";
import { peerOrSkip, queryVector, startVictoriaMetrics } from "../peers/index.ts";
import { startPushing } from "./pushing-gateway.ts";

test("points arrive with their names, tags and values", async ({ skip }) => {
  await using victoria = await startVictoriaMetrics(
    await peerOrSkip("victoriaMetrics", "sid", skip),
    null,
    ["-search.latencyOffset=0s"],
  );
  const gateway = await startPushing({
    address: victoria.url,
    ttl: "200ms",
    org: "my-org",
    bucket: "krakend",
    token: "a-token",
  });
  const served = await gateway.serveMixedTraffic();
  await gateway.close();
  expect(gateway.errors).toEqual([]);
  expect(gateway.delivery()).toMatchObject({ batchesQueued: 0, lastError: null });
  const asked = async (query: string) => {
    await fetch(`${victoria.url}/internal/force_flush`);
    return (await queryVector(victoria.url, query)).length;
  };
  await expect.poll(() => asked(`sum(requests_total{layer="pipe"}) == ${served}`)).toBe(1);
  expect(
    await asked('requests_count{layer="pipe",name="/broken",complete="false",error="true"} == 2'),
  ).toBe(1);
  expect(await asked('{__name__="router.response-size_mean",name="/users/:id"} == 15')).toBe(1);
});
