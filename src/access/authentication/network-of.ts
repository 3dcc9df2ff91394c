import { isIPv6 } from "node:net";

/**
 * The party behind an address, as far as it can be told: an IPv4 address, or the first 64 bits of an
 * IPv6 address, since a single host is commonly given all addresses below those (RFC 6177).
 */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = "", tail] = (address.split("%")[0] ?? "").split("::");
  const groups = head === "" ? [] : head.split(":");
  if (tail !== undefined) {
    const tailGroups = tail === "" ? 0 : tail.split(":").length + (tail.includes(".") ? 1 : 0);
    const zeros = Math.max(0, 8 - groups.length - tailGroups);
    for (let i = 0; i < zeros; i++) groups.push("0");
    if (tail !== "") groups.push(...tail.split(":"));
  }
  const first = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${first.join(":")}::/64`;
}
