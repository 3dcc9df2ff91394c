import { BlockList, isIP } from "node:net";
import type { RawRequest } from "./raw-http.ts";

/** Who is at the other end, for limits and the log. */
export interface ClientAddress {
  of(request: RawRequest): string;
  /** Replaces the trusted networks. */
  trust(networks: readonly string[]): void;
}

/** Longest X-Forwarded-For that is looked at. */
const FORWARDED_LENGTH_MAX = 2048;

/**
 * The peer's address, unless the peer is a trusted proxy: then the nearest address in
 * X-Forwarded-For that is not one. Read from the right, because everything left of the first
 * untrusted hop was written by that hop (GHSA-7x63: a forged first entry dodges limits).
 */
export function createClientAddress(networks: readonly string[]): ClientAddress {
  let trusted = blockListOf(networks);
  let isEmpty = networks.length === 0;
  return {
    trust(next) {
      trusted = blockListOf(next);
      isEmpty = next.length === 0;
    },
    of(request) {
      const peer = plainAddress(request.socket.remoteAddress ?? "");
      const forwarded = request.headers["x-forwarded-for"];
      if (isEmpty || forwarded === undefined || !isTrusted(trusted, peer)) return peer;
      const text = Array.isArray(forwarded) ? forwarded.join(",") : forwarded;
      return nearestUntrusted(trusted, text.slice(-FORWARDED_LENGTH_MAX), peer);
    },
  };
}

function nearestUntrusted(trusted: BlockList, forwarded: string, peer: string): string {
  let nearest = peer;
  for (const hop of forwarded.split(",").toReversed()) {
    const address = plainAddress(hop.trim());
    if (isIP(address) === 0) break;
    nearest = address;
    if (!isTrusted(trusted, address)) break;
  }
  return nearest;
}

/** `::ffff:10.0.0.1` is 10.0.0.1, however the listener was bound. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}

function isTrusted(trusted: BlockList, address: string): boolean {
  const family = isIP(address);
  return family !== 0 && trusted.check(address, family === 4 ? "ipv4" : "ipv6");
}

function blockListOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", bits] = network.split("/");
    const family = isIP(address) === 4 ? "ipv4" : "ipv6";
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}
