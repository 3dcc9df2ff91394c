import { expect, test } from "vitest";
import { createClientAddress } from "./client-address.ts";
import type { RawRequest } from "./raw-http.ts";

function from(peer: string, forwarded?: string): RawRequest {
  return {
    socket: { remoteAddress: peer },
    headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded },
  } as unknown as RawRequest;
}

test("believes forwarding headers of trusted proxies alone, from the right", () => {
  const address = createClientAddress(["10.0.0.0/8", "::1"]);
  const cases: readonly (readonly [RawRequest, string])[] = [
    [from("192.0.2.1", "203.0.113.9"), "192.0.2.1"],
    [from("10.0.0.1", "203.0.113.9"), "203.0.113.9"],
    [from("::ffff:10.0.0.1", "203.0.113.9"), "203.0.113.9"],
    [from("::1", "203.0.113.9, 10.1.1.1"), "203.0.113.9"],
    [from("10.0.0.1", "1.1.1.1, 203.0.113.9"), "203.0.113.9"],
    [from("10.0.0.1", "203.0.113.9, nonsense"), "10.0.0.1"],
    [from("10.0.0.1", ""), "10.0.0.1"],
    [from("10.0.0.1", "10.0.0.7"), "10.0.0.7"],
    [from("10.0.0.1"), "10.0.0.1"],
  ];
  for (const [request, expected] of cases) expect(address.of(request)).toBe(expected);
  address.trust([]);
  expect(address.of(from("10.0.0.1", "203.0.113.9"))).toBe("10.0.0.1");
});
