import { compareLabels, labelsOfRecord } from "#model";
import type { StoredPoint } from "#promql";
import { Random } from "../differential/random.ts";
import type { World, WorldSeries } from "../differential/world.ts";

/** A whole hour. */
export const DEMO_START_MS = 1_699_999_200_000;
const DEMO_MINUTES = 75;
const INTERVAL_MS = 5000;
const INTERVALS = (DEMO_MINUTES * 60_000) / INTERVAL_MS;
export const DEMO_END_MS: number = DEMO_START_MS + DEMO_MINUTES * 60_000;

const INSTANCES = ["demo.example.com:10000", "demo.example.com:10001", "demo.example.com:10002"];
const BOUNDS = ["0.0001", "0.001", "0.01", "0.1", "1", "+Inf"];

/**
 * What the service exposes against which vendors' PromQL is compared: three instances, scraped every
 * five seconds, at times that are on no step.
 */
export function demoWorld(): World {
  const random = new Random(529);
  const world: WorldSeries[] = [];
  const add = (
    name: string,
    labels: Record<string, string>,
    values: Iterable<number | null>,
  ): void => {
    const instance = INSTANCES.indexOf(labels["instance"] ?? "");
    const phaseMs = 1000 + instance * 1111 + 137;
    world.push({
      labels: labelsOfRecord({ __name__: name, job: "demo", ...labels }),
      points: Array.from(values, (value, i) => pointAt(phaseMs + i * INTERVAL_MS, value)).filter(
        (point) => point !== null,
      ),
    });
  };
  for (const instance of INSTANCES) {
    for (const type of ["used", "cached", "buffers", "free"]) {
      add("demo_memory_usage_bytes", { instance, type }, wave(random, 2e9));
    }
    for (const mode of ["idle", "user", "system"]) {
      add("demo_cpu_usage_seconds_total", { instance, mode }, counter(random, 3));
    }
    add("demo_num_cpus", { instance }, steady(4));
    add("demo_disk_total_bytes", { instance }, steady(2.6e11));
    add("demo_disk_usage_bytes", { instance }, counter(random, 1e6));
    add("demo_batch_last_success_timestamp_seconds", { instance }, batchTimes());
    for (const path of ["/api/foo", "/api/bar"]) {
      for (const status of ["200", "500"]) {
        addDurations(random, { instance, path, method: "GET", status }, add);
      }
    }
    add("demo_intermittent_metric", { instance }, intermittent());
  }
  return world.toSorted((a, b) => compareLabels(a.labels, b.labels));
}

type Add = (name: string, labels: Record<string, string>, values: Iterable<number | null>) => void;

function pointAt(offsetMs: number, value: number | null): StoredPoint | null {
  if (value === null) return null;
  return { timeMs: DEMO_START_MS + offsetMs, item: { kind: "float", value }, startMs: 0 };
}

function addDurations(random: Random, labels: Record<string, string>, add: Add): void {
  const rows = Array.from({ length: INTERVALS }, () => BOUNDS.map(() => random.integer(0, 3)));
  for (const [i, le] of BOUNDS.entries()) {
    let total = 0;
    const counts = rows.map((row) => {
      for (const observations of row.slice(0, i + 1)) total += observations;
      return total;
    });
    add("demo_api_request_duration_seconds_bucket", { ...labels, le }, counts);
  }
}

function* wave(random: Random, scale: number): Generator<number> {
  const phase = random.fraction() * 6;
  for (let i = 0; i < INTERVALS; i++) {
    yield Math.round(scale * (1.5 + Math.sin(phase + i / 60)) + random.integer(0, 1e6));
  }
}

function* counter(random: Random, perInterval: number): Generator<number> {
  let value = 0;
  for (let i = 0; i < INTERVALS; i++) {
    value = random.chance(0.002) ? 0 : value + random.fraction() * perInterval;
    yield value;
  }
}

function* steady(value: number): Generator<number> {
  for (let i = 0; i < INTERVALS; i++) yield value;
}

/** A batch ends every three minutes. */
function* batchTimes(): Generator<number> {
  for (let i = 0; i < INTERVALS; i++) {
    yield DEMO_START_MS / 1000 + Math.floor((i * INTERVAL_MS) / 180_000) * 180;
  }
}

/** Two minutes there, ten minutes not. */
function* intermittent(): Generator<number | null> {
  for (let i = 0; i < INTERVALS; i++) {
    yield (i * INTERVAL_MS) % 720_000 < 120_000 ? 1 : null;
  }
}
