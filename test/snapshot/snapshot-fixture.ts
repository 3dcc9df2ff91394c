import { gunzipSync } from "node:zlib";
import type { Entitlement } from "#access";
import type { MetricMetadata, MetricType, SeriesRef } from "#model";
import {
  type SnapshotLimits,
  SnapshotRenderer,
  type SnapshotRefusal,
  type SnapshotReply,
  type SnapshotRequest,
} from "#snapshot";
import { LatestSeriesFake } from "../fakes/latest-series-fake.ts";

export const START_MS = 1_700_000_000_000;

/** What most tests ask for: OpenMetrics, uncompressed, all series with `tenant="a"`. */
export const TENANT_A: Entitlement = {
  selectors: ['{tenant="a"}'],
  dropLabels: ["tenant"],
  renameLabels: [],
  maxAgeMs: null,
  onCollision: "refuse",
};

export function requestOf(changes: Partial<SnapshotRequest> = {}): SnapshotRequest {
  return {
    entitlement: TENANT_A,
    format: "openmetrics",
    escaping: "underscores",
    encoding: "identity",
    timestamps: false,
    ...changes,
  };
}

export function metadataOf(family: string, type: MetricType, help = "", unit = ""): MetricMetadata {
  return { family, type, help, unit };
}

/** A renderer over series in memory, with a clock that stands still until it is set. */
export class SnapshotFixture {
  readonly latest: LatestSeriesFake;
  readonly renderer: SnapshotRenderer;
  readonly refusals: SnapshotRefusal[] = [];
  nowMs = START_MS;

  constructor(limits: Partial<SnapshotLimits> = {}, latest = new LatestSeriesFake()) {
    this.latest = latest;
    this.renderer = new SnapshotRenderer({
      latest,
      clock: { nowMs: () => this.nowMs, monotonicMs: () => performance.now() },
      limits,
      observer: { rendered: () => {}, refused: (refusal) => this.refusals.push(refusal) },
    });
  }

  /** A series of tenant a with one sample, taken now. */
  put(
    labels: Readonly<Record<string, string>>,
    value: number,
    metadata: MetricMetadata | null = null,
  ): SeriesRef {
    const ref = this.latest.add({ tenant: "a", ...labels }, metadata);
    this.latest.append(this.nowMs, [[ref, value]]);
    return ref;
  }

  async body(changes: Partial<SnapshotRequest> = {}): Promise<string> {
    return textOf(await this.renderer.render(requestOf(changes)));
  }

  /** The same as a large body is sent. */
  async streamed(changes: Partial<SnapshotRequest> = {}): Promise<string> {
    const { chunks } = await this.renderer.stream(requestOf(changes));
    const read: Uint8Array[] = [];
    for await (const chunk of chunks) read.push(chunk);
    return Buffer.concat(read).toString();
  }

  /** The lines with a value, our own left out. */
  async lines(changes: Partial<SnapshotRequest> = {}): Promise<string[]> {
    const body = await this.body(changes);
    return body
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#") && !line.startsWith("gaugeway_"));
  }
}

export function textOf(reply: SnapshotReply): string {
  if (reply.kind !== "body") throw new Error(`expected a body, got ${reply.kind}`);
  const bytes = Buffer.concat(reply.body.chunks);
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return (isGzip ? gunzipSync(bytes) : bytes).toString();
}
