import { describe, expect, test, vi } from "vitest";
import { requestOf, TENANT_A } from "../../test/snapshot/snapshot-fixture.ts";
import { type SnapshotCall, SnapshotClient } from "./snapshot-client.ts";
import { SnapshotRefusal } from "./snapshot-refusal.ts";
import type { SnapshotReply } from "./snapshot-reply.ts";

/** A renderer that answers when it is told to. */
class CallFake {
  readonly calls: { ifVersion: string | null; signal: AbortSignal }[] = [];
  #version = 1;
  #gate: Promise<void> | null = null;
  #open: () => void = () => {};
  changed = true;

  readonly call: SnapshotCall = async (_, ifVersion, signal) => {
    this.calls.push({ ifVersion, signal });
    await this.#gate;
    if (ifVersion !== null) return { kind: this.changed ? "changed" : "unchanged" };
    return this.#body();
  };

  /** From now on calls wait. */
  close(): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#gate = promise;
    this.#open = resolve;
  }

  open(): void {
    this.#open();
    this.#gate = null;
  }

  #body(): SnapshotReply {
    const version = `v${this.#version++}`;
    const bytes = new TextEncoder().encode(version);
    return { kind: "body", version, chunks: [bytes], byteLength: bytes.length, seriesCount: 1 };
  }
}

const decode = (body: { chunks: readonly Uint8Array[] }): string =>
  Buffer.concat(body.chunks).toString();

describe("sharing", () => {
  test("requests that come while a body is made share it", async () => {
    const fake = new CallFake();
    const client = new SnapshotClient(fake.call);
    fake.close();
    const requests = Array.from({ length: 50 }, () => client.snapshot(requestOf()));
    // The same entitlement as another object, with its parts in another order, is the same key.
    requests.push(client.snapshot(requestOf({ entitlement: structuredClone(TENANT_A) })));
    fake.open();
    const bodies = await Promise.all(requests);
    expect(fake.calls).toHaveLength(1);
    expect(new Set(bodies).size).toBe(1);
  });

  test("nothing is shared between entitlements, formats, encodings or escapings", async () => {
    const fake = new CallFake();
    const client = new SnapshotClient(fake.call);
    const requests = [
      requestOf(),
      requestOf({ entitlement: { ...TENANT_A, selectors: ['{tenant="b"}'] } }),
      requestOf({ entitlement: { ...TENANT_A, dropLabels: [] } }),
      requestOf({ entitlement: { ...TENANT_A, maxAgeMs: 60_000 } }),
      requestOf({ entitlement: { ...TENANT_A, onCollision: "sum" } }),
      requestOf({ format: "text" }),
      requestOf({ encoding: "gzip" }),
      requestOf({ escaping: "values" }),
      requestOf({ timestamps: true }),
    ];
    const bodies = await Promise.all(requests.map((request) => client.snapshot(request)));
    expect(new Set(bodies.map(decode)).size).toBe(requests.length);
  });

  test("a body that still stands is sent again, one that does not is let go first", async () => {
    const fake = new CallFake();
    const client = new SnapshotClient(fake.call);
    expect(decode(await client.snapshot(requestOf()))).toBe("v1");
    fake.changed = false;
    expect(decode(await client.snapshot(requestOf()))).toBe("v1");
    fake.changed = true;
    fake.close();
    const next = client.snapshot(requestOf());
    await vi.waitFor(() => expect(fake.calls).toHaveLength(3));
    fake.open();
    await vi.waitFor(() => expect(fake.calls).toHaveLength(4));
    expect(decode(await next)).toBe("v2");
    expect(fake.calls.map(({ ifVersion }) => ifVersion)).toEqual([null, "v1", "v1", null]);
  });

  test("a refusal reaches all who wait, and is not kept", async () => {
    let refuses = true;
    const refusal = new SnapshotRefusal("series_per_scrape_limit", "Too many.");
    const fake = new CallFake();
    const client = new SnapshotClient((request, ifVersion, signal) =>
      refuses ? Promise.reject(refusal) : fake.call(request, ifVersion, signal),
    );
    const outcomes = await Promise.allSettled([
      client.snapshot(requestOf()),
      client.snapshot(requestOf()),
    ]);
    expect(outcomes).toEqual([
      { status: "rejected", reason: refusal },
      { status: "rejected", reason: refusal },
    ]);
    refuses = false;
    expect(decode(await client.snapshot(requestOf()))).toBe("v1");
  });
});

describe("giving up", () => {
  test("one who leaves does not disturb the others; the last one stops the work", async () => {
    const fake = new CallFake();
    const client = new SnapshotClient(fake.call);
    fake.close();
    const [first, second] = [new AbortController(), new AbortController()];
    const requests = [first, second].map(({ signal }) => client.snapshot(requestOf(), signal));
    const settled = Promise.allSettled(requests);
    await vi.waitFor(() => expect(fake.calls).toHaveLength(1));
    first.abort();
    await expect(requests[0]).rejects.toMatchObject({ code: "canceled" });
    expect(fake.calls[0]?.signal.aborted).toBe(false);
    second.abort();
    await settled;
    expect(fake.calls[0]?.signal.aborted).toBe(true);
    fake.open();
    expect(decode(await client.snapshot(requestOf()))).toMatch(/^v\d$/);
    await expect(client.snapshot(requestOf(), AbortSignal.abort())).rejects.toMatchObject({
      code: "canceled",
    });
  });
});

describe("what is held", () => {
  test("stays below the limit, the longest unused goes first", async () => {
    const fake = new CallFake();
    const client = new SnapshotClient(fake.call, { heldBytesMax: 4 });
    for (const escaping of ["underscores", "values", "allow-utf-8"] as const) {
      await client.snapshot(requestOf({ escaping }));
    }
    expect(client.heldBytes).toBe(4);
    await client.snapshot(requestOf({ escaping: "underscores" }));
    expect(fake.calls.at(-1)?.ifVersion).toBeNull();
    await client.snapshot(requestOf({ escaping: "allow-utf-8" }));
    expect(fake.calls.at(-2)?.ifVersion).toBe("v3");
    client.close();
    expect(client.heldBytes).toBe(0);
  });

  test("goes when nobody has asked for it for a while", async () => {
    vi.useFakeTimers();
    try {
      const client = new SnapshotClient(new CallFake().call, { bodyIdleMs: 1000 });
      await client.snapshot(requestOf());
      expect(client.heldBytes).toBe(2);
      vi.advanceTimersByTime(1001);
      expect(client.heldBytes).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});
