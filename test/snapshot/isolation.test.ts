import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseStrict } from "#exposition";
import { SnapshotRefusal, SnapshotRenderer, type SnapshotRequest } from "#snapshot";
import { requestOf, SnapshotFixture, textOf } from "./snapshot-fixture.ts";
import { entitlementArbitrary, historyArbitrary, World } from "./world-arbitrary.ts";

/**
 * The strongest oracle there is for isolation: what tenant a gets is the same, byte for byte,
 * whether or not tenant b exists (isolation checklist, C26–C29, G58, G65). The same histories
 * prove that a list that has been kept up to date is the one that would be made anew, and that a
 * strict parser accepts every body.
 */

const requestArbitrary: fc.Arbitrary<SnapshotRequest> = fc
  .record({
    entitlement: entitlementArbitrary,
    format: fc.constantFrom("openmetrics" as const, "text" as const),
    escaping: fc.constantFrom("underscores" as const, "allow-utf-8" as const, "values" as const),
    timestamps: fc.boolean(),
  })
  .map((changes) => requestOf(changes));

async function outcome(renderer: SnapshotRenderer, request: SnapshotRequest): Promise<string> {
  try {
    const reply = await renderer.render(request);
    const count = reply.kind === "body" ? reply.body.seriesCount : -1;
    return `${count} series\n${textOf(reply)}`;
  } catch (error) {
    if (!(error instanceof SnapshotRefusal)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

test("a tenant's body depends on nothing of another tenant", async () => {
  const property = fc.asyncProperty(
    historyArbitrary,
    fc.array(requestArbitrary, { minLength: 1, maxLength: 3 }),
    async (history, requests) => {
      const shared = new World(new SnapshotFixture(), ["a", "b"]);
      const alone = new World(new SnapshotFixture(), ["a"]);
      for (const events of history) {
        for (const event of events) {
          shared.happen(event);
          alone.happen(event);
        }
        for (const request of requests) {
          const together = await outcome(shared.fixture.renderer, request);
          expect(together).toBe(await outcome(alone.fixture.renderer, request));
        }
      }
    },
  );
  await fc.assert(property, { numRuns: 400, seed: 7 });
});

test("a list that follows the store is the list that would be made anew", async () => {
  const property = fc.asyncProperty(
    historyArbitrary,
    requestArbitrary,
    async (history, request) => {
      const world = new World(new SnapshotFixture(), ["a", "b"]);
      const { fixture } = world;
      for (const events of history) {
        for (const event of events) world.happen(event);
        const followed = await outcome(fixture.renderer, request);
        const clock = { nowMs: () => fixture.nowMs, monotonicMs: () => 0 };
        const anew = new SnapshotRenderer({ latest: fixture.latest, clock });
        expect(followed).toBe(await outcome(anew, request));
        anew.close();
      }
    },
  );
  await fc.assert(property, { numRuns: 400, seed: 11 });
});

test("a strict parser accepts every body, and finds as many samples as it was told", async () => {
  let bodies = 0;
  const property = fc.asyncProperty(
    historyArbitrary,
    requestArbitrary,
    async (history, request) => {
      const world = new World(new SnapshotFixture(), ["a", "b"]);
      for (const event of history.flat()) world.happen(event);
      const wanted = {
        ...request,
        format: "openmetrics" as const,
        escaping: "underscores" as const,
      };
      const reply = await world.fixture.renderer.render(wanted).catch(() => null);
      if (reply?.kind !== "body") return;
      bodies += 1;
      const families = parseStrict(Buffer.concat(reply.body.chunks));
      const samples = families.flatMap((family) => family.samples);
      expect(samples).toHaveLength(reply.body.seriesCount);
      expect(await world.fixture.streamed(wanted)).toBe(textOf(reply));
      const names = samples.flatMap(({ labels }) => [...labels].filter((_, i) => i % 2 === 0));
      expect(names).not.toContain("job");
      expect(names).not.toContain("instance");
    },
  );
  await fc.assert(property, { numRuns: 600, seed: 13 });
  expect(bodies).toBeGreaterThan(200);
});
