import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type SnapshotAnswers, SnapshotClient, type SnapshotReply } from "#snapshot";
import { requestOf, TENANT_A } from "./snapshot-fixture.ts";

let worker: Worker;
const waiting = new Map<number, (reply: SnapshotReply) => void>();
const kinds: string[] = [];

const answer: SnapshotAnswers["answer"] = (request, ifVersion) =>
  new Promise((resolve) => {
    const id = waiting.size;
    waiting.set(id, resolve);
    worker.postMessage({ id, request, ifVersion }, []);
  });

const renderer: SnapshotAnswers = {
  answer,
  answerStream: () => Promise.reject(new Error("none of these bodies is large")),
};

beforeAll(() => {
  worker = new Worker(new URL("render-worker.ts", import.meta.url), {
    execArgv: ["--conditions=source"],
  });
  worker.on("message", ({ id, reply }: { id: number; reply: SnapshotReply }) => {
    kinds.push(reply.kind);
    waiting.get(id)?.(reply);
  });
});

afterAll(() => worker.terminate());

test("bodies move between threads whole, and stand until something changes", async () => {
  const client = new SnapshotClient(renderer);
  const request = requestOf({ entitlement: { ...TENANT_A, selectors: ['metric{tenant="a"}'] } });
  const first = await client.snapshot(request);
  if (first.kind !== "whole") throw new Error("expected a whole body");
  const text = Buffer.concat(first.chunks).toString();
  expect(text.match(/^metric\{i="\d+"\} \d+$/gm)).toHaveLength(5000);
  expect(text.endsWith("# EOF\n")).toBe(true);
  expect(first.byteLength).toBe(Buffer.byteLength(text));
  expect(await client.snapshot(request)).toBe(first);
  expect(kinds).toEqual(["body", "unchanged"]);
  client.close();
});

test("a refusal arrives with its code and with the operator's part", async () => {
  const client = new SnapshotClient(renderer);
  const entitlement = { ...TENANT_A, dropLabels: ["tenant", "pod"] };
  await expect(client.snapshot(requestOf({ entitlement }))).rejects.toMatchObject({
    name: "SnapshotRefusal",
    code: "label_collision",
    operatorDetail: expect.stringContaining('pod="p2"'),
  });
});
