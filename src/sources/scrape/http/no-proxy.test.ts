import { expect, test } from "vitest";
import { compileNoProxy } from "./no-proxy.ts";
import { compileProxyChoice } from "./proxy-choice.ts";

test.for([
  ["example.com", "http://example.com/", true],
  ["example.com", "http://a.example.com/", true],
  ["example.com", "http://badexample.com/", false],
  [".example.com", "http://example.com/", false],
  [".example.com", "http://a.example.com/", true],
  ["*.example.com", "http://a.example.com/", true],
  ["example.com:8080", "http://example.com/", false],
  ["example.com:8080", "http://example.com:8080/", true],
  ["example.com:443", "https://example.com/", true],
  ["10.0.0.0/8", "http://10.200.3.4/", true],
  ["10.0.0.0/8", "http://11.0.0.1/", false],
  ["192.168.1.1", "http://192.168.1.1:9090/", true],
  ["192.168.1.1:80", "http://192.168.1.1:9090/", false],
  ["2001:db8::/32", "http://[2001:db8::5]/", true],
  ["2001:db8:0::1", "http://[2001:db8::1]/", true],
  ["other, EXAMPLE.com", "http://Example.COM/", true],
  ["*", "http://anything/", true],
  ["", "http://anything/", false],
  ["", "http://localhost:1/", true],
  ["", "http://127.9.9.9/", true],
  ["", "http://[::1]/", true],
  ["10.0.0.0/99,x/y/z", "http://10.0.0.1/", false],
] as const)("no_proxy %j, %s: direct %s", ([noProxy, url, direct]) => {
  expect(compileNoProxy(noProxy)(new URL(url))).toBe(direct);
});

test("a proxy without no_proxy takes loopback too; one from the environment does not", () => {
  const url = "http://proxy:1";
  const given = compileProxyChoice({ kind: "url", url, noProxy: "", connectHeaders: {} }, {});
  expect(given(new URL("http://127.0.0.1/"))).toBe(url);
  const environment = { HTTPS_PROXY: "secure:2", http_proxy: url, NO_PROXY: "b" };
  const found = compileProxyChoice({ kind: "environment", connectHeaders: {} }, environment);
  expect(found(new URL("http://127.0.0.1/"))).toBeNull();
  expect(found(new URL("http://a/"))).toBe(url);
  expect(found(new URL("https://a/"))).toBe("http://secure:2");
  expect(found(new URL("https://b/"))).toBeNull();
});
