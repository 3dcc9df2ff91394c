/** What becomes of backends' answers: decoding, manipulation, merging, rendering. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BackendServer, sendJson, startBackend } from "./backend-server.ts";
import { runGateway } from "./running-gateway.ts";

const FEED = `<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><link>http://n</link>
<item><title>One &amp; two</title><guid>1</guid><pubDate>Sat, 28 Nov 2026 10:00:00 GMT</pubDate></item></channel></rss>`;

const BODIES: Readonly<Record<string, string>> = {
  "/user": '{"id":7,"name":"Ada","address":{"city":"London","zip":"N1"},"tags":["x","y"]}',
  "/nested": '{"a":{"b":{"c":1,"d":2},"e":3}}',
  "/list": '[{"id":1},{"id":2}]',
  "/exact":
    '{"big":12345678901234567890,"price":1.50,"exp":1e5,"zero":-0,"tiny":0.00000010,"int":3}',
  "/text": "plain <text>",
  "/number": "42",
  "/html": '{"z":"<a href=\\"x\\">&\\u2028</a>","a":1}',
  "/proto": '{"__proto__":{"polluted":true},"constructor":1}',
  "/xml": '<user id="7"><name>Ada</name><tag>x</tag><tag>y</tag></user>',
  "/feed": FEED,
  "/entity": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><x>&e;</x>',
  "/yaml": "a: {b: [1, two]}\n",
  "/aliases": `a: &a [x]\n${"bcdefghi".replaceAll(
    /./g,
    (name) =>
      `${name}: &${name} [${Array(9)
        .fill(`*${String.fromCharCode(name.charCodeAt(0) - 1)}`)
        .join(",")}]\n`,
  )}`,
  "/deep": `{"a":${"[".repeat(200_000)}${"]".repeat(200_000)}}`,
  "/empty": "",
  "/items": '{"items":[{"id":1,"x":{"y":"a"}},{"id":2,"x":{"y":"b"}}],"drop":1}',
};

let backend: BackendServer;
beforeAll(async () => {
  backend = await startBackend((request, response) => {
    const path = (request.url ?? "").split("?")[0] ?? "";
    const body = BODIES[path];
    if (body !== undefined) response.end(body);
    else if (path.startsWith("/echo/")) sendJson(response, { path: request.url });
    else response.writeHead(500).end();
  });
});
afterAll(() => backend[Symbol.asyncDispose]());

async function answerOf(
  endpoint: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ status: number; body: string; type: string | null; completed: string | null }> {
  await using gateway = await runGateway({
    host: [backend.origin],
    endpoints: [{ endpoint: "/x", ...endpoint }],
  });
  const response = await fetch(`${gateway.origin}/x`, { headers });
  return {
    status: response.status,
    body: await response.text(),
    type: response.headers.get("content-type"),
    completed: response.headers.get("x-krakend-completed"),
  };
}

const of = (url: string, backendMore: object = {}, more: object = {}) => ({
  backend: [{ url_pattern: url, ...backendMore }],
  ...more,
});
const flatmap = (...operations: readonly (readonly [string, ...string[]])[]) => ({
  extra_config: {
    proxy: { flatmap_filter: operations.map(([type, ...args]) => ({ type, args })) },
  },
});

describe("one backend", () => {
  test.each<[string, object, string]>([
    [
      "keys in order",
      of("/html"),
      '{"a":1,"z":"\\u003ca href=\\"x\\"\\u003e\\u0026\\u2028\\u003c/a\\u003e"}',
    ],
    [
      "numbers as they were",
      of("/exact"),
      '{"big":12345678901234567890,"exp":1e5,"int":3,"price":1.50,"tiny":0.00000010,"zero":-0}',
    ],
    [
      "names that mean something to JavaScript",
      of("/proto"),
      '{"__proto__":{"polluted":true},"constructor":1}',
    ],
    ["a collection", of("/list", { is_collection: true }), '{"collection":[{"id":1},{"id":2}]}'],
    [
      "a collection alone",
      of("/list", { is_collection: true }, { output_encoding: "json-collection" }),
      '[{"id":1},{"id":2}]',
    ],
    [
      "safejson of a list",
      of("/list", { encoding: "safejson" }),
      '{"collection":[{"id":1},{"id":2}]}',
    ],
    ["safejson of a value", of("/number", { encoding: "safejson" }), '{"content":42}'],
    ["text", of("/text", { encoding: "string" }), '{"content":"plain \\u003ctext\\u003e"}'],
    [
      "text as text",
      of("/text", { encoding: "string" }, { output_encoding: "string" }),
      "plain <text>",
    ],
    ["XML", of("/xml", { encoding: "xml" }), '{"user":{"-id":"7","name":"Ada","tag":["x","y"]}}'],
    [
      "XML as XML",
      of("/xml", { encoding: "xml" }, { output_encoding: "xml" }),
      '<user id="7"><name>Ada</name><tag>x</tag><tag>y</tag></user>',
    ],
    [
      "JSON as XML",
      of("/nested", {}, { output_encoding: "xml" }),
      "<a><b><c>1</c><d>2</d></b><e>3</e></a>",
    ],
    [
      "JSON as YAML",
      of("/nested", {}, { output_encoding: "yaml" }),
      "a:\n  b:\n    c: 1\n    d: 2\n  e: 3\n",
    ],
    ["YAML", of("/yaml", { encoding: "yaml" }), '{"a":{"b":[1,"two"]}}'],
    ["a target", of("/nested", { target: "a.b" }), '{"c":1,"d":2}'],
    ["a target that is not there", of("/nested", { target: "a.x" }), "{}"],
    ["allow", of("/nested", { allow: ["a.b.c", "a.e", "no.no"] }), '{"a":{"b":{"c":1},"e":3}}'],
    ["deny", of("/nested", { deny: ["a.b.c", "a.e"] }), '{"a":{"b":{"d":2}}}'],
    ["allow before deny", of("/nested", { allow: ["a.e"], deny: ["a.e"] }), '{"a":{"e":3}}'],
    [
      "mapping",
      of("/user", { allow: ["id", "name"], mapping: { id: "user.id", name: "n" } }),
      '{"n":"Ada","user":7}',
    ],
    ["a group", of("/user", { allow: ["id"], group: "u" }), '{"u":{"id":7}}'],
    [
      "all of it in order",
      of("/nested", { target: "a", allow: ["b.c"], mapping: { b: "x" }, group: "g" }),
      '{"g":{"x":{"c":1}}}',
    ],
    [
      "flatmap: move within a list",
      of("/items", flatmap(["move", "items.*.x.y", "items.*.z"], ["del", "items.*.x", "drop"])),
      '{"items":[{"id":1,"z":"a"},{"id":2,"z":"b"}]}',
    ],
    [
      "flatmap: append",
      of("/user", flatmap(["append", "name", "tags"], ["del", "address", "id"])),
      '{"tags":["x","y","Ada"]}',
    ],
  ])("%s", async (_name, endpoint, body) => {
    expect(await answerOf(endpoint as Record<string, unknown>)).toMatchObject({
      status: 200,
      body,
    });
  });

  test("a feed in one shape", async () => {
    const { body } = await answerOf(of("/feed", { encoding: "rss" }));
    expect(JSON.parse(body)).toEqual({
      title: "News",
      link: "http://n",
      links: ["http://n"],
      items: [
        {
          title: "One & two",
          guid: "1",
          published: "Sat, 28 Nov 2026 10:00:00 GMT",
          publishedParsed: "2026-11-28T10:00:00Z",
        },
      ],
      feedType: "rss",
      feedVersion: "2.0",
    });
  });

  test.each([
    ["no JSON", of("/text")],
    ["an empty body", of("/empty")],
    ["a list where an object is promised", of("/list")],
    ["an object where a list is promised", of("/user", { is_collection: true })],
    ["an entity of a DTD", of("/entity", { encoding: "xml" })],
    ["a few lines of YAML that stand for gigabytes", of("/aliases", { encoding: "yaml" })],
    ["data that is nested too deeply to be written", of("/deep")],
    ["no feed", of("/xml", { encoding: "rss" })],
  ])("fails on %s", async (_name, endpoint) => {
    expect(await answerOf(endpoint)).toMatchObject({ status: 500, body: "", completed: "false" });
  });

  test.each([
    ["application/json", "application/json; charset=utf-8"],
    ["text/html, application/xml;q=0.9, */*;q=0.1", "application/xml; charset=utf-8"],
    ["application/x-yaml, application/json;q=0.5", "application/x-yaml; charset=utf-8"],
    ["*/*", "application/json; charset=utf-8"],
    ["image/png", "application/json; charset=utf-8"],
  ])("negotiates %s", async (accept, type) => {
    const answer = await answerOf(of("/nested", {}, { output_encoding: "negotiate" }), { accept });
    expect(answer).toMatchObject({ status: 200, type });
  });
});

describe("several backends", () => {
  test("in sequence, each with what the first ones said", async () => {
    const { body } = await answerOf({
      extra_config: { proxy: { sequential: true } },
      backend: [
        { url_pattern: "/user", allow: ["id", "address", "tags"] },
        { url_pattern: "/echo/{resp0_id}/{resp0_address.city}?t={resp0_tags}" },
      ],
    });
    expect(JSON.parse(body)).toMatchObject({ id: 7, path: "/echo/7/London?t=x,y" });
  });

  test("a sequence ends with the first failure", async () => {
    await using gateway = await runGateway({
      host: [backend.origin],
      endpoints: [
        {
          endpoint: "/x",
          extra_config: { proxy: { sequential: true } },
          backend: ["/user", "/broken", "/nested"].map((url) => ({ url_pattern: url })),
        },
      ],
    });
    const response = await fetch(`${gateway.origin}/x`);
    expect(response.headers.get("x-krakend-completed")).toBe("false");
    expect(Object.keys((await response.json()) as object)).not.toContain("a");
    expect(gateway.meter.calls.toSorted()).toEqual([
      "backend /broken f/t",
      "backend /user t/f",
      "pipe /x f/t",
    ]);
  });

  test("a shadow is called and not waited for", async () => {
    await using shadow = await startBackend(() => undefined);
    const { body } = await answerOf({
      backend: [
        { url_pattern: "/user", allow: ["id"] },
        { url_pattern: "/s", host: [shadow.origin], extra_config: { proxy: { shadow: true } } },
      ],
    });
    expect(body).toBe('{"id":7}');
    expect(shadow.seen.map(({ url }) => url)).toEqual(["/s"]);
  });

  test.each([
    ["always", "/user", '{"id":7,"s":1}'],
    ["always", "/broken", '{"s":1}'],
    ["success", "/user", '{"id":7,"s":1}'],
    ["success", "/broken", ""],
    ["complete", "/user", '{"id":7,"s":1}'],
    ["errored", "/user", '{"id":7}'],
    ["errored", "/broken", '{"s":1}'],
    ["incomplete", "/user", '{"id":7}'],
    ["incomplete", "/broken", '{"s":1}'],
  ])("static data, %s, of %s", async (strategy, url, body) => {
    const answer = await answerOf({
      backend: [{ url_pattern: url, allow: ["id"] }],
      extra_config: { proxy: { static: { strategy, data: { s: 1 } } } },
    });
    expect(answer.body).toBe(body);
  });

  test("complete answers may be cached, others not", async () => {
    await using gateway = await runGateway({
      host: [backend.origin],
      cache_ttl: "300s",
      endpoints: [
        { endpoint: "/whole", ...of("/user") },
        { endpoint: "/part", backend: [{ url_pattern: "/user" }, { url_pattern: "/broken" }] },
      ],
    });
    const whole = await fetch(`${gateway.origin}/whole`);
    expect(whole.headers.get("cache-control")).toBe("public, max-age=300");
    const part = await fetch(`${gateway.origin}/part`);
    expect(part.headers.get("cache-control")).toBeNull();
  });
});
