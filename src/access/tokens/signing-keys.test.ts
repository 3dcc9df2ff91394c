import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ISSUER, openTokenWorld, type TokenWorld } from "../../../test/fakes/token-world.ts";

const DAY_MS = 24 * 3_600_000;

let folder = "";
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "gaugeway-keys-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const kidOf = (token: string): string => decodeProtectedHeader(token).kid ?? "";
const published = async (world: TokenWorld): Promise<readonly string[]> =>
  (await world.access.tokens.publishedKeys()).map((jwk) => jwk["kid"] ?? "");

test("a key is published a day before it signs, and until its last token has ended", async () => {
  await using world = await openTokenWorld();
  const client = await world.createClient("acme", "metrics.read");
  const first = kidOf(await world.tokenOf(client));
  expect(await published(world)).toEqual([first]);

  world.clock.ms += 29 * DAY_MS;
  expect(kidOf(await world.tokenOf(client))).toBe(first);
  const [second = "", ...rest] = await published(world);
  expect(rest).toEqual([first]);

  world.clock.ms += DAY_MS;
  const last = await world.tokenOf(client);
  expect(kidOf(last)).toBe(second);

  // Nobody has asked for a long while: the next key is published for a day all the same.
  world.clock.ms += 50 * DAY_MS;
  expect(kidOf(await world.tokenOf(client))).toBe(second);
  const [third, ...others] = await published(world);
  expect(others).toEqual([second]);
  world.clock.ms += DAY_MS;
  expect(kidOf(await world.tokenOf(client))).toBe(third);
});

test("requests that come together make one key", async () => {
  await using world = await openTokenWorld();
  const client = await world.createClient("acme", "metrics.read");
  const tokens = await Promise.all(Array.from({ length: 10 }, () => world.tokenOf(client)));
  expect(new Set(tokens.map(kidOf)).size).toBe(1);
  expect(await published(world)).toHaveLength(1);
});

test("the published set verifies tokens elsewhere and holds no private part", async () => {
  await using world = await openTokenWorld();
  const keys = await world.access.tokens.publishedKeys();
  for (const jwk of keys) {
    expect(Object.keys(jwk).toSorted()).toEqual(["alg", "e", "kid", "kty", "n", "use"]);
  }
  const token = await world.tokenOf(await world.createClient("acme", "metrics.read"));
  const set = createLocalJWKSet({ keys: keys.map((jwk) => ({ ...jwk, kty: "RSA" })) });
  const options = { issuer: ISSUER, audience: ISSUER, currentDate: new Date(world.clock.ms) };
  await expect(jwtVerify(token, set, options)).resolves.toBeDefined();
});

test("tokens outlive a restart, a changed address and a second gateway with a seal of its own", async () => {
  const path = join(folder, "access.db");
  let token = "";
  let client = { id: "", secret: "" };
  {
    await using before = await openTokenWorld({ path, sealingKeyPath: join(folder, "one.key") });
    client = await before.createClient("acme", "metrics.read");
    token = await before.tokenOf(client);
  }
  await using one = await openTokenWorld({ path, sealingKeyPath: join(folder, "one.key") });
  await using two = await openTokenWorld({ path, sealingKeyPath: join(folder, "two.key") });
  expect(kidOf(await one.tokenOf(client))).toBe(kidOf(token));
  for (const world of [one, two]) expect(await world.present(token)).toBe("authenticated");

  const ofTwo = await two.tokenOf(client);
  expect(kidOf(ofTwo)).not.toBe(kidOf(token));
  expect(await one.present(ofTwo)).toBe("authenticated");

  one.oauth = { ...one.oauth, issuer: "https://new.example.com" };
  const ofNewAddress = await one.tokenOf(client);
  for (const world of [one, two]) {
    expect(await world.present(token)).toBe("authenticated");
    expect(await world.present(ofNewAddress)).toBe("authenticated");
  }
});

test("nothing in the database makes tokens without the file beside it", async () => {
  const path = join(folder, "access.db");
  const sealingKeyPath = join(folder, "access.key");
  {
    await using world = await openTokenWorld({ path, sealingKeyPath });
    await world.tokenOf(await world.createClient("acme", "metrics.read"));
  }
  const database = new DatabaseSync(path);
  const rows = database.prepare("select * from signing_key").all();
  expect(rows).toHaveLength(1);
  const text = JSON.stringify(rows);
  expect(text).toContain("sealed_private_key");
  // The begin of every PKCS #8 key in DER and PEM, and the members of a private JWK.
  expect(text).not.toMatch(/MIIE|BEGIN|\\"d\\"|\\"p\\"|\\"qi\\"/);
  const audit = JSON.stringify(database.prepare("select * from audit").all());
  database.close();
  expect(audit).toContain("signing_key.create");
  expect(audit).not.toContain(readFileSync(sealingKeyPath, "utf8").trim());
});
