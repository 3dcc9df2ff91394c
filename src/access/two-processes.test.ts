import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Access, createAccess } from "./create-access.ts";
import { NO_ENTITLEMENT } from "./entitlement/entitlement.ts";

/** What the CLI does, in a process of its own: argv are the database, a job and its argument. */
const OTHER_PROCESS = `
  import { createAccess } from "#access";
  const [path, job, argument] = process.argv.slice(1);
  const clock = { nowMs: Date.now, monotonicMs: () => performance.now() };
  const actor = { kind: "cli", name: "other" };
  const access = await createAccess({ path, clock, onError: console.error, busyTimeoutMs: 20_000 });
  if (job === "revoke") await access.clients.revoke(argument, actor);
  if (job === "make") {
    for (let i = 0; i < 15; i++) {
      const name = argument + "-" + i;
      await access.tenants.create({ name }, actor);
      await access.clients.create({ tenant: name, name, scopes: ["metrics.read"] }, actor);
    }
  }
  await access[Symbol.asyncDispose]();
`;

const ACTOR = { kind: "cli", name: "test" } as const;
const clock = { nowMs: Date.now, monotonicMs: (): number => performance.now() };
const children: ChildProcess[] = [];
let folder = "";
let path = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gaugeway-access-"));
  path = join(folder, "access.db");
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill();
  rmSync(folder, { recursive: true });
});

const open = (): Promise<Access> =>
  createAccess({
    path,
    clock,
    busyTimeoutMs: 20_000,
    onError: (error) => {
      throw error;
    },
  });

async function elsewhere(job: string, argument: string): Promise<void> {
  const flags = ["--conditions=source", "--input-type=module", "--eval", OTHER_PROCESS];
  const child = spawn(process.execPath, [...flags, "--", path, job, argument], {
    cwd: join(import.meta.dirname, "../.."),
    env: { ...process.env, NODE_OPTIONS: "" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  children.push(child);
  let complaints = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    complaints += text;
  });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(complaints);
}

test("what another process revokes is refused from the next request on", async () => {
  await using access = await open();
  const entitlement = { ...NO_ENTITLEMENT, selectors: ["up"] };
  await access.tenants.create({ name: "acme", entitlement }, ACTOR);
  const scopes = ["metrics.read"];
  const { client, secret } = await access.clients.create(
    { tenant: "acme", name: "x", scopes },
    ACTOR,
  );
  const header = `Basic ${Buffer.from(`${client.id}:${secret}`).toString("base64")}`;
  const authenticate = async (): Promise<string> =>
    (await access.authenticate([header], { address: "192.0.2.1" })).kind;
  expect(await authenticate()).toBe("authenticated");
  await elsewhere("revoke", client.id);
  expect(await authenticate()).toBe("invalid");
});

test("three processes that begin with no database and write at once lose nothing", async () => {
  const others = Promise.all([elsewhere("make", "b"), elsewhere("make", "c")]);
  await using access = await open();
  for (let i = 0; i < 15; i++) {
    await access.tenants.create({ name: `a-${i}` }, ACTOR);
    await access.flushLastUsed();
  }
  await others;
  const tenants = await access.tenants.list();
  const expected = ["a", "b", "c"].flatMap((who) =>
    Array.from({ length: 15 }, (_, i) => `${who}-${i}`),
  );
  expect(tenants.map((tenant) => tenant.name).toSorted()).toEqual(expected.toSorted());
  expect(await access.clients.list()).toHaveLength(30);
  expect(await access.auditEntries(1000)).toHaveLength(75);
});
