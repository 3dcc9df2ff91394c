import { readdirSync, readFileSync, writeFileSync } from "node:fs";

/** Clock ticks per second in /proc (`getconf CLK_TCK`): 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** Processor time that the process has used in all its threads so far, in seconds. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/**
 * The same to the nanosecond, for short stretches: of the threads that live now, so none may end in
 * between.
 */
export function cpuNanosOfThreads(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.reduce((sum, thread) => {
    const schedstat = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8");
    return sum + Number(schedstat.slice(0, schedstat.indexOf(" ")));
  }, 0);
}

/** Resident memory in bytes, now and at its highest since the start or `forgetPeak`. */
export function residentBytes(pid: number): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const kib = (key: string): number =>
    Number(new RegExp(`^${key}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? Number.NaN);
  return { now: kib("VmRSS") * 1024, peak: kib("VmHWM") * 1024 };
}

/** Lets the peak of resident memory start anew at what is resident now (proc(5), clear_refs). */
export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
}
