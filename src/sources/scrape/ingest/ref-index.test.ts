import * as fc from "fast-check";
import { expect, test } from "vitest";
import { RefIndex } from "./ref-index.ts";

test("behaves as a Map through any sequence of additions and removals", () => {
  const action = fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 200 }));
  fc.assert(
    fc.property(fc.array(action, { maxLength: 600 }), (actions) => {
      const index = new RefIndex();
      const model = new Map<number, number>();
      for (const [isAddition, ref] of actions) {
        if (!isAddition) {
          index.remove(ref);
          model.delete(ref);
        } else if (!model.has(ref)) {
          index.add(ref, ref * 3);
          model.set(ref, ref * 3);
        }
        expect(index.get(ref)).toBe(model.get(ref) ?? -1);
      }
      for (let ref = 0; ref <= 200; ref++) expect(index.get(ref)).toBe(model.get(ref) ?? -1);
    }),
  );
});
