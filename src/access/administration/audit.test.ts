import { expect, test } from "vitest";
import { openAccessDatabase } from "../database/access-database.ts";
import { createAuditLog } from "./audit.ts";

test("the audit log forgets what is too old, then what is too much", async () => {
  const clock = { ms: 0, nowMs: (): number => clock.ms, monotonicMs: (): number => clock.ms };
  await using database = await openAccessDatabase(":memory:", clock, 0);
  const log = createAuditLog(clock, { ageMaxMs: 1000, entriesMax: 3 });
  const act = { actor: { kind: "system", name: "test" }, action: "tenant.create" } as const;
  const append = (subjectName: string): Promise<void> =>
    database.change((writer) =>
      log.append(writer, { ...act, subjectId: "t", subjectName, details: {} }),
    );
  const names = async (): Promise<readonly string[]> =>
    (await log.list(database.reader, 10)).map((entry) => entry.subjectName);

  for (const name of ["a", "b", "c"]) await append(name);
  expect(await names()).toEqual(["c", "b", "a"]);
  await append("d");
  expect(await names()).toEqual(["d", "c", "b"]);
  clock.ms = 1001;
  await append("e");
  expect(await names()).toEqual(["e"]);
});
