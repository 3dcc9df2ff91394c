const WAIT_MS_MAX = 10_000;
const STEP_MS = 5;

/** Waits until something holds, for what happens just after an answer; fails where it never does. */
export async function settled(holds: () => boolean, stepMs = STEP_MS): Promise<void> {
  const deadlineMs = performance.now() + WAIT_MS_MAX;
  while (!holds()) {
    if (performance.now() > deadlineMs) throw new Error(`not so after ${WAIT_MS_MAX} ms`);
    await new Promise((resolve) => setTimeout(resolve, stepMs));
  }
}
