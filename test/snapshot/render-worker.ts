import { parentPort } from "node:worker_threads";
import { replyBuffers, type SnapshotRequest } from "#snapshot";
import { SnapshotFixture } from "./snapshot-fixture.ts";

/** A renderer in a thread of its own over 5,000 series, for snapshot-threads.test.ts. */
const fixture = new SnapshotFixture();
for (let i = 0; i < 5000; i++) fixture.put({ __name__: "metric", i: String(i) }, i);
fixture.put({ __name__: "twin", pod: "p1" }, 1);
fixture.put({ __name__: "twin", pod: "p2" }, 1);

interface Question {
  readonly id: number;
  readonly request: SnapshotRequest;
  readonly ifVersion: string | null;
}

parentPort?.on("message", ({ id, request, ifVersion }: Question) => {
  const signal = new AbortController().signal;
  void fixture.renderer.answer(request, ifVersion, signal).then((reply) => {
    parentPort?.postMessage({ id, reply }, replyBuffers(reply));
  });
});
