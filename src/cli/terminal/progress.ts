/**
 * Progress of long work, on standard error. Nothing is shown in the first second, because most work
 * is over by then; after it a bar on a terminal, and elsewhere (logs of a job) a line now and then.
 */
import { Presets, SingleBar } from "cli-progress";
import type { Clock } from "#lib/clock";
import { formatCount } from "./format-count.ts";
import type { Output } from "./terminal.ts";

const SILENT_MS = 1000;
const PLAIN_LINE_EVERY_MS = 10_000;

export interface ProgressOptions {
  /** What is being done: `Importing`. */
  readonly label: string;
  /** What is counted: `samples`, `bytes`. */
  readonly unit: string;
  /** The whole amount; null where it is not known. */
  readonly total: number | null;
  readonly clock: Clock;
}

export interface Progress {
  /** The amount that is done since the start. Cheap: may be called for every piece of work. */
  update(done: number): void;
  /** Ends the display; what was shown of it as plain lines stays. */
  stop(): void;
}

export function startProgress(output: Output, options: ProgressOptions): Progress {
  const startedMs = options.clock.monotonicMs();
  const show = output.isTerminal ? barOn(output, options) : plainLinesOn(output, options);
  return {
    update(done) {
      const elapsedMs = options.clock.monotonicMs() - startedMs;
      if (elapsedMs >= SILENT_MS) show.update(done, elapsedMs);
    },
    stop: () => show.stop(),
  };
}

interface Display {
  update(done: number, elapsedMs: number): void;
  stop(): void;
}

function barOn(output: Output, { label, unit, total }: ProgressOptions): Display {
  const rest = `{value} ${unit}`;
  const format =
    total === null
      ? `${label}  ${rest}`
      : `${label}  {bar} {percentage}%  {value}/{total} ${unit}  {eta_formatted} left`;
  const bar = new SingleBar(
    {
      stream: output.stream,
      format,
      barsize: Math.max(10, Math.min(30, output.columns - label.length - unit.length - 45)),
      clearOnComplete: true,
      // Its handlers would end the process; the command decides what a signal means.
      gracefulExit: false,
      formatValue: (value, _options, kind) =>
        kind === "value" || kind === "total" ? formatCount(value) : String(value),
    },
    Presets.shades_classic,
  );
  let started = false;
  return {
    update(done) {
      if (!started) bar.start(total ?? 0, done);
      else bar.update(done);
      started = true;
    },
    stop() {
      if (started) bar.stop();
    },
  };
}

function plainLinesOn(output: Output, { label, unit, total }: ProgressOptions): Display {
  let lastMs = -Infinity;
  return {
    update(done, elapsedMs) {
      if (elapsedMs - lastMs < PLAIN_LINE_EVERY_MS) return;
      lastMs = elapsedMs;
      const of = total === null || total === 0 ? "" : ` of ${formatCount(total)}`;
      const share = total === null || total === 0 ? "" : ` (${Math.floor((done / total) * 100)}%)`;
      output.line(`${label}: ${formatCount(done)}${of} ${unit}${share}`);
    },
    stop: () => undefined,
  };
}
