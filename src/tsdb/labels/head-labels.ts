import { METRIC_NAME, type MetricMetadata } from "#model";
import type { EventLoopTurns } from "../block/event-loop-turns.ts";
import type { Head } from "../head/head.ts";

/** What labels series of the head have. Each pair's text is looked up once. */

export async function addHeadLabelNames(
  head: Head,
  refs: Uint32Array,
  into: Set<string>,
  turns: EventLoopTurns,
): Promise<void> {
  const { index } = head;
  const seen = new Uint8Array(index.pairEnd);
  for (const ref of refs) {
    for (const pair of index.pairIds(ref)) {
      if (seen[pair] === 1) continue;
      seen[pair] = 1;
      into.add(index.nameOf(pair));
    }
    if (turns.due()) await turns.pass();
  }
}

export async function addHeadLabelValues(
  head: Head,
  refs: Uint32Array,
  label: { readonly name: string; readonly into: Set<string> },
  turns: EventLoopTurns,
): Promise<void> {
  const { index } = head;
  const name = index.symbolOf(label.name);
  if (name === 0) return;
  const seen = new Uint8Array(index.pairEnd);
  for (const ref of refs) {
    const pair = index.pairOf(ref, name);
    if (pair !== 0 && seen[pair] === 0) {
      seen[pair] = 1;
      label.into.add(index.valueOf(pair));
    }
    if (turns.due()) await turns.pass();
  }
}

export async function addHeadMetadata(
  head: Head,
  refs: Uint32Array,
  add: (metricName: string, metadata: MetricMetadata) => void,
  turns: EventLoopTurns,
): Promise<void> {
  const { index } = head;
  const name = index.symbolOf(METRIC_NAME);
  const seen = new Map<number, Set<MetricMetadata>>();
  for (const ref of refs) {
    const metadata = head.metadataAt(ref);
    const pair = metadata === null || name === 0 ? 0 : index.pairOf(ref, name);
    if (metadata !== null && pair !== 0) {
      let ofName = seen.get(pair);
      if (ofName === undefined) seen.set(pair, (ofName = new Set()));
      if (!ofName.has(metadata)) {
        ofName.add(metadata);
        add(index.valueOf(pair), metadata);
      }
    }
    if (turns.due()) await turns.pass();
  }
}
