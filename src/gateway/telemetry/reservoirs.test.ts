import { describe, expect, test } from "vitest";
import { DecayingReservoir } from "./decaying-reservoir.ts";
import { RateMeter } from "./rate-meter.ts";
import { UniformReservoir } from "./uniform-reservoir.ts";

class ManualClock {
  ms = 0;
  nowMs(): number {
    return this.ms;
  }
  monotonicMs(): number {
    return this.ms;
  }
}

describe("the uniform reservoir", () => {
  test("keeps the first 1028 values, then replaces slot r of n where r is below 1028", () => {
    const draws = [0.5, 0, 0.9999];
    const reservoir = new UniformReservoir(() => draws.shift() ?? 0);
    for (let value = 0; value < 1028; value++) reservoir.update(value);
    expect(draws).toHaveLength(3);
    reservoir.update(-1); // slot floor(0.5 · 1029) = 514
    reservoir.update(-2); // slot 0
    reservoir.update(-3); // slot floor(0.9999 · 1031) = 1030: not kept
    const values = reservoir.values();
    expect([values.length, values[514], values[0], values[1027]]).toEqual([1028, -1, -2, 1027]);
    expect(values).not.toContain(-3);
    expect(reservoir.count).toBe(1031);
  });

  test("gives every value the same chance", () => {
    let kept = 0;
    for (let round = 0; round < 40; round++) {
      const reservoir = new UniformReservoir();
      for (let value = 0; value < 4 * 1028; value++) reservoir.update(value);
      kept += reservoir.values().filter((value) => value < 1028).length;
    }
    // A quarter of the values came first: 40 · 257 are expected, with a deviation below 90.
    expect(Math.abs(kept - 40 * 257)).toBeLessThan(800);
  });

  test("is empty after it was cleared, and fills again", () => {
    const reservoir = new UniformReservoir();
    for (let value = 0; value < 2000; value++) reservoir.update(value);
    reservoir.clear();
    expect([reservoir.count, reservoir.values().length]).toEqual([0, 0]);
    reservoir.update(7);
    expect([...reservoir.values()]).toEqual([7]);
  });
});

describe("the decaying reservoir", () => {
  test("prefers what came late", () => {
    const clock = new ManualClock();
    const reservoir = new DecayingReservoir(clock);
    for (let value = 0; value < 1028; value++) reservoir.update(0);
    // exp(0.015 · 600) is 8103: an early value stays only where its draw was that much luckier.
    clock.ms = 600_000;
    for (let value = 0; value < 1028; value++) reservoir.update(1);
    const late = reservoir.values().filter((value) => value === 1).length;
    expect(reservoir.values()).toHaveLength(1028);
    expect(late).toBeGreaterThan(900);
    expect(reservoir.count).toBe(2056);
  });

  test("goes on past its rescaling, when priorities would have become infinite", () => {
    const clock = new ManualClock();
    const reservoir = new DecayingReservoir(clock);
    for (let hour = 0; hour < 100; hour++) {
      clock.ms = hour * 3_600_001;
      for (let i = 0; i < 200; i++) reservoir.update(hour);
    }
    const values = reservoir.values();
    expect(values).toHaveLength(1028);
    expect(values.filter((value) => value === 99)).toHaveLength(200);
  });

  test("is empty after it was cleared", () => {
    const reservoir = new DecayingReservoir(new ManualClock());
    reservoir.update(1);
    reservoir.clear();
    expect([reservoir.count, reservoir.values().length]).toEqual([0, 0]);
  });
});

describe("the rate meter", () => {
  test("moves its averages every five seconds", () => {
    const clock = new ManualClock();
    const meter = new RateMeter(clock);
    for (let i = 0; i < 10; i++) meter.mark();
    expect(meter.rates()).toEqual([0, 0, 0]);
    clock.ms = 5000;
    expect(meter.rates()).toEqual([2, 2, 2]);
    clock.ms = 10_000;
    const decayed = [1, 5, 15].map((minutes) => 2 * Math.exp(-5 / 60 / minutes));
    for (const [i, rate] of meter.rates().entries()) expect(rate).toBeCloseTo(decayed[i] ?? 0, 12);
    expect(meter.meanRate()).toBe(1);
  });
});
