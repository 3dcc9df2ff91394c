import { describe, expect, test, vi } from "vitest";
import { requestOf, TENANT_A } from "../../test/snapshot/snapshot-fixture.ts";
import { type SnapshotAnswers, SnapshotClient } from "./snapshot-client.ts";
import { SnapshotRefusal } from "./snapshot-refusal.ts";
import type { SnapshotReply } from "./snapshot-reply.ts";
import type { SnapshotBody, StreamedBody } from "./snapshot-source.ts";

/** A renderer that answers when it is told to. */
class CallFake implements SnapshotAnswers {
  readonly calls: { ifVersion: string | null; signal: AbortSignal }[] = [];
  #version = 1;
  #gate: Promise<void> | null = null;
  #open: () => void = () => {};
  changed = true;
  isLarge = false;
  /** How many chunks of streams were asked for, and how many streams were left early. */
  readonly streams = { chunks: 0, left: 0 };

  readonly answer: SnapshotAnswers["answer"] = async (_, ifVersion, signal) => {
    this.calls.push({ ifVersion, signal });
    await this.#gate;
    if (this.isLarge) return { kind: "large" };
    return ifVersion === null || this.changed ? this.#body() : { kind: "unchanged" };
  };

  readonly answerStream: SnapshotAnswers["answerStream"] = async () => {
    await this.#gate;
    const chunks: StreamedBody["chunks"] = {
      [Symbol.asyncIterator]: () => chunks,
      next: async () => {
        if (this.streams.chunks === 3) return { done: true, value: undefined };
        const text = `chunk ${(this.streams.chunks += 1)};`;
        return { done: false, value: new TextEncoder().encode(text) };
      },
      return: async () => {
        this.streams.left += 1;
        return { done: true, value: undefined };
      },
    };
    return { kind: "streamed", seriesCount: 3, chunks };
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
    const body = {
      kind: "whole",
      chunks: [bytes],
      byteLength: bytes.length,
      seriesCount: 1,
    } as const;
    return { kind: "body", version, body };
  }
}

function decode(body: SnapshotBody): string {
  if (body.kind !== "whole") throw new Error("expected a whole body");
  return Buffer.concat(body.chunks).toString();
}

function streamed(body: SnapshotBody | undefined): StreamedBody {
  if (body?.kind !== "streamed") throw new Error("expected a stream");
  return body;
}

async function readAll({ chunks }: StreamedBody): Promise<string> {
  let text = "";
  for await (const chunk of chunks) text += new TextDecoder().decode(chunk);
  return text;
}

describe("sharing", () => {
  test("requests that come while a body is made share it", async () => {
    const fake = new CallFake();
    const client = new SnapshotClient(fake);
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
    const client = new SnapshotClient(fake);
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

  test("a body that still stands is sent again, one that does not is made anew at once", async () => {
    const fake = new CallFake();
    const client = new SnapshotClient(fake);
    expect(decode(await client.snapshot(requestOf()))).toBe("v1");
    fake.changed = false;
    expect(decode(await client.snapshot(requestOf()))).toBe("v1");
    fake.changed = true;
    expect(decode(await client.snapshot(requestOf()))).toBe("v2");
    expect(fake.calls.map(({ ifVersion }) => ifVersion)).toEqual([null, "v1", "v1"]);
  });

  test("a refusal reaches all who wait, and is not kept", async () => {
    let refuses = true;
    const refusal = new SnapshotRefusal("series_per_scrape_limit", "Too many.");
    const fake = new CallFake();
    const client = new SnapshotClient({
      answerStream: fake.answerStream,
      answer: (request, ifVersion, signal) =>
        refuses ? Promise.reject(refusal) : fake.answer(request, ifVersion, signal),
    });
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
    const client = new SnapshotClient(fake);
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

describe("a large body", () => {
  test("is read by all that asked for it together, and its memory goes with the last", async () => {
    const fake = Object.assign(new CallFake(), { isLarge: true });
    const client = new SnapshotClient(fake);
    const bodies = await Promise.all([1, 2].map(() => client.snapshot(requestOf())));
    const [fast, slow] = bodies.map(streamed) as [StreamedBody, StreamedBody];
    const first = await slow.chunks.next();
    expect(await readAll(fast)).toBe("chunk 1;chunk 2;chunk 3;");
    expect(first.value?.byteLength).toBe(8);
    await slow.chunks.next();
    expect(first.value?.byteLength).toBe(0);
    expect(await readAll(slow)).toBe("chunk 3;");
    expect(fake.streams).toEqual({ chunks: 3, left: 0 });
    expect(client.heldBytes).toBe(0);
    expect(fake.calls).toHaveLength(1);
  });

  test("is given up by the last reader that leaves, who may not have begun", async () => {
    const fake = Object.assign(new CallFake(), { isLarge: true });
    const client = new SnapshotClient(fake);
    const bodies = await Promise.all([1, 2].map(() => client.snapshot(requestOf())));
    const [begun, unread] = bodies.map(streamed) as [StreamedBody, StreamedBody];
    const first = await begun.chunks.next();
    await begun.chunks.return?.();
    expect(fake.streams.left).toBe(0);
    await unread.chunks.return?.();
    expect(fake.streams.left).toBe(1);
    // Whoever left in the middle may still have it under way to the system.
    expect(first.value?.byteLength).toBe(8);
    expect(await begun.chunks.next()).toEqual({ done: true, value: undefined });
  });

  test("is given up where nobody waits any more for its beginning", async () => {
    const fake = Object.assign(new CallFake(), { isLarge: true });
    const client = new SnapshotClient(fake);
    fake.close();
    const abort = new AbortController();
    const asked = client.snapshot(requestOf(), abort.signal);
    await vi.waitFor(() => expect(fake.calls).toHaveLength(1));
    abort.abort();
    await expect(asked).rejects.toMatchObject({ code: "canceled" });
    fake.open();
    await vi.waitFor(() => expect(fake.streams.left).toBe(1));
  });

  test("that breaks off fails all its readers", async () => {
    const fake = Object.assign(new CallFake(), { isLarge: true });
    const broken: SnapshotAnswers = {
      answer: fake.answer,
      async answerStream(request, signal) {
        const body = await fake.answerStream(request, signal);
        if (body.kind !== "streamed") return body;
        body.chunks.next = () => Promise.reject(new Error("the engine has stopped"));
        return body;
      },
    };
    const client = new SnapshotClient(broken);
    const bodies = await Promise.all([1, 2].map(() => client.snapshot(requestOf())));
    for (const body of bodies) {
      await expect(readAll(streamed(body))).rejects.toThrow("the engine has stopped");
    }
  });
});

describe("what is held", () => {
  test("stays below the limit, the longest unused goes first", async () => {
    const fake = new CallFake();
    const client = new SnapshotClient(fake, { heldBytesMax: 4 });
    for (const escaping of ["underscores", "values", "allow-utf-8"] as const) {
      await client.snapshot(requestOf({ escaping }));
    }
    expect(client.heldBytes).toBe(4);
    await client.snapshot(requestOf({ escaping: "underscores" }));
    expect(fake.calls.at(-1)?.ifVersion).toBeNull();
    await client.snapshot(requestOf({ escaping: "allow-utf-8" }));
    expect(fake.calls.at(-1)?.ifVersion).toBe("v3");
    client.close();
    expect(client.heldBytes).toBe(0);
  });

  test("goes when nobody has asked for it for a while", async () => {
    vi.useFakeTimers();
    try {
      const client = new SnapshotClient(new CallFake(), { bodyIdleMs: 1000 });
      await client.snapshot(requestOf());
      expect(client.heldBytes).toBe(2);
      vi.advanceTimersByTime(1001);
      expect(client.heldBytes).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});
