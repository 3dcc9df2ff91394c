import * as fc from "fast-check";
import { expect, test } from "vitest";
import { SampleColumns } from "#model";
import { TimeColumns } from "./time-columns.ts";

const times = fc
  .uniqueArray(fc.integer({ min: 0, max: 5 }), { maxLength: 4 })
  .map((all) => all.toSorted((a, b) => a - b));

test("every series gets its own times back, equal ones from one column", () => {
  fc.assert(
    fc.property(fc.array(times, { maxLength: 30 }), (all) => {
      const columns = new TimeColumns(new SampleColumns(1));
      const numbers = all.map((list) => {
        const samples = new SampleColumns(1);
        samples.reserve(list.length);
        samples.timestampsMs.set(list);
        samples.length = list.length;
        return columns.columnOf(samples);
      });
      const { starts, timestampsMs } = columns;
      const read = all.map((list, i) => {
        const start = starts[numbers[i] as number] as number;
        return Array.from(timestampsMs.subarray(start, start + list.length));
      });
      expect(read).toEqual(all);
      expect(starts).toHaveLength(new Set(all.map(String)).size);
    }),
  );
});
