import { readFileSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import type { Route, RouteAccess } from "#http";
import { fakeApi } from "../../test/fakes/fake-api.ts";
import { fakeControl } from "../../test/fakes/fake-control.ts";
import { createControlRoutes } from "./create-control-routes.ts";
import { createOwnMetricsRoutes } from "./create-own-metrics-routes.ts";
import { createRoutes } from "./create-routes.ts";

/** The formatter pads the cells of tables. */
const reference = readFileSync(
  resolve(import.meta.dirname, "../../docs/reference/http.md"),
  "utf8",
).replaceAll(/ {2,}/g, " ");

function who(access: RouteAccess): string {
  switch (access.kind) {
    case "public":
      return "anybody";
    case "listener":
      return "whoever reaches the listener";
    case "principal":
      return "any client";
    case "either":
      return `tenant client with \`${access.tenantScope}\`, operator client with \`${access.operatorScope}\``;
    case "tenant":
    case "operator":
      return `${access.kind} client with \`${access.scope}\``;
  }
}

function row(route: Route): string {
  const cells = [
    route.methods.join(", "),
    `\`${route.paths[0]}\``,
    who(route.access),
    route.limits.bodyBytesMax,
    route.summary,
  ];
  return `| ${cells.join(" | ")} |`;
}

const publicRoutes = createRoutes(fakeApi());
/** One for each path of the query API: the reference tells of them in a sentence. */
const preflights = publicRoutes.filter(({ methods }) => methods.includes("OPTIONS"));

/** The query API again below Grafana's path, which the reference tells of in a sentence, too. */
const proxied = publicRoutes.filter(({ paths }) => paths[0].includes("/datasources/proxy/"));

const lists = {
  public: publicRoutes.filter((route) => !preflights.includes(route) && !proxied.includes(route)),
  "own metrics": createOwnMetricsRoutes({ ownFamilies: async () => [] }),
  control: createControlRoutes(fakeControl()),
};

test.each(Object.entries(lists))("every %s route is in the reference", (_name, routes) => {
  expect(routes.length).toBeGreaterThan(1);
  for (const route of routes) expect(reference).toContain(row(route));
});

test("the reference lists no route that does not exist", () => {
  const rows = reference.split("\n").filter((line) => /^\| (GET|POST|PUT|DELETE)/.test(line));
  const known = new Set(Object.values(lists).flat().map(row));
  expect(rows.filter((line) => !known.has(line))).toEqual([]);
});

test("only these are open to anybody, each with a reason", () => {
  const open = lists.public.filter((route) => route.access.kind === "public");
  expect(open.map((route) => route.paths[0])).toEqual([
    "/api-server/v1/grafana/api/health",
    "/oauth2/token",
    "/oauth2/revoke",
    "/oauth2/introspect",
    "/.well-known/oauth-authorization-server",
    "/.well-known/openid-configuration",
    "/.well-known/jwks.json",
    "/-/healthy",
    "/-/ready",
  ]);
  for (const { access } of open) {
    expect(access.kind === "public" ? access.reason.length : 0).toBeGreaterThan(20);
  }
});

test("browsers may ask what pages of other origins may send, wherever such pages may ask at all", () => {
  const crossOrigin = lists.public.filter(({ surface }) => surface.isCrossOrigin === true);
  expect(preflights.map(({ paths }) => paths)).toEqual(crossOrigin.map(({ paths }) => paths));
  expect(preflights.length).toBeGreaterThan(10);
  for (const { methods, surface } of preflights) {
    expect([methods, surface.name]).toEqual([["OPTIONS"], "query"]);
  }
});

test("below Grafana's path each path asks for the scope that it asks for elsewhere", () => {
  const query = lists.public.filter(({ surface }) => surface.name === "query");
  const accessOf = new Map(query.map(({ paths, access }) => [paths[0], access]));
  expect(proxied.length).toBeGreaterThan(15);
  for (const { paths, access } of proxied) {
    const own = accessOf.get(paths[0].replace(/^.*\/proxy\/:id/, ""));
    expect(access).toEqual(own ?? { kind: "tenant", scope: "metrics.query" });
  }
});

test("nothing on the public listener is guarded by the listener alone", () => {
  expect(lists.public.filter((route) => route.access.kind === "listener")).toEqual([]);
});

test("guarded routes call nothing without a credential", async () => {
  const guarded = publicRoutes.filter((route) => route.access.kind !== "public");
  expect(guarded.length).toBeGreaterThan(1);
  for (const route of guarded) {
    const request = {
      id: "1",
      method: "GET",
      path: route.paths[0],
      params: {},
      query: "",
      remoteAddress: "",
      signal: new AbortController().signal,
      header: () => null,
      readBody: () => Promise.reject(new Error("read")),
      note: () => undefined,
    };
    await expect(route.handler(request)).rejects.toMatchObject({ code: "unauthorized" });
  }
});

test("every endpoint's file is in a list", () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" });
  const endpoints = files.filter((file) =>
    /(get|post|put|delete)-[^/]*(?<!\.test)\.ts$/.test(file),
  );
  const count = Object.values(lists).flat().length;
  // get-healthy is on two listeners.
  expect(endpoints).toHaveLength(count - 1);
});
