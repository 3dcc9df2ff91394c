/**
 * Which hosts are reached without a proxy, by Go's rules (golang.org/x/net/http/httpproxy), which
 * Prometheus uses: `*` is all; an address or CIDR block matches addresses; `example.com` matches it
 * and what is below it, `.example.com` and `*.example.com` only what is below; each may carry a port.
 * localhost and loopback addresses are always reached directly.
 */
import { BlockList, isIP } from "node:net";

/** Whether the URL is reached directly. */
export type DirectTest = (url: URL) => boolean;

/** Compiles the comma-separated text; entries that mean nothing are ignored, as in Go. */
export function compileNoProxy(noProxy: string): DirectTest {
  const tests: ((host: string, port: string) => boolean)[] = [];
  for (const raw of noProxy.split(",")) {
    const entry = raw.trim().toLowerCase();
    if (entry === "*") return () => true;
    if (entry !== "") tests.push(entryTest(entry));
  }
  return (url) => {
    const host = hostOf(url);
    if (isLoopback(host)) return true;
    const port = url.port === "" ? defaultPort(url) : url.port;
    return tests.some((test) => test(host, port));
  };
}

function entryTest(entry: string): (host: string, port: string) => boolean {
  const block = cidrTest(entry);
  if (block !== null) return block;
  const { name, port } = splitPort(entry);
  const portFits = (candidate: string): boolean => port === "" || port === candidate;
  if (isIP(name) !== 0) return (host, p) => host === canonicalAddress(name) && portFits(p);
  const suffix = name.startsWith("*.") ? name.slice(1) : name;
  if (suffix.startsWith(".")) return (host, p) => host.endsWith(suffix) && portFits(p);
  return (host, p) => (host === suffix || host.endsWith(`.${suffix}`)) && portFits(p);
}

function cidrTest(entry: string): ((host: string) => boolean) | null {
  const [address = "", bits = "", ...rest] = entry.split("/");
  const family = isIP(address);
  if (rest.length > 0 || family === 0 || !/^\d{1,3}$/.test(bits)) return null;
  if (Number(bits) > (family === 4 ? 32 : 128)) return null;
  const list = new BlockList();
  const type = family === 4 ? "ipv4" : "ipv6";
  list.addSubnet(address, Number(bits), type);
  return (host) => isIP(host) === family && list.check(host, type);
}

function splitPort(entry: string): { name: string; port: string } {
  if (isIP(entry) !== 0) return { name: entry, port: "" };
  const match = /^(?:\[([^\]]+)\]|([^:]*))(?::(\d+))?$/.exec(entry);
  return match === null
    ? { name: entry, port: "" }
    : { name: match[1] ?? match[2] ?? "", port: match[3] ?? "" };
}

function hostOf(url: URL): string {
  return url.hostname
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "")
    .toLowerCase();
}

function canonicalAddress(address: string): string {
  return isIP(address) === 6 ? hostOf(new URL(`http://[${address}]`)) : address;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

function defaultPort(url: URL): string {
  return url.protocol === "https:" ? "443" : "80";
}
