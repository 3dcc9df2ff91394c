import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Where this machine gets Debian packages: enough to ask the same mirror for another suite. */
export interface DebianMirror {
  readonly uri: string;
  /** Path of the keyring that signs it, or null where apt's trusted keys do. */
  readonly signedBy: string | null;
}

const sourcesFolder = "/etc/apt/sources.list.d";

/** The mirror of the machine's own `bookworm` main archive, or null where apt is not set up so. */
export function findDebianMirror(): DebianMirror | null {
  const files = existsSync(sourcesFolder)
    ? readdirSync(sourcesFolder).map((name) => join(sourcesFolder, name))
    : [];
  for (const file of [...files, "/etc/apt/sources.list"]) {
    if (!existsSync(file)) continue;
    const text = readFileSync(file, "utf8");
    const mirror = file.endsWith(".sources") ? fromStanzas(text) : fromLines(text);
    if (mirror !== null) return mirror;
  }
  return null;
}

function fromStanzas(text: string): DebianMirror | null {
  for (const stanza of text.split(/\n\s*\n/)) {
    const field = (name: string): string =>
      new RegExp(`^${name}:\\s*(.+)$`, "m").exec(stanza)?.[1]?.trim() ?? "";
    const suites = field("Suites").split(/\s+/);
    if (!suites.includes("bookworm")) continue;
    const signedBy = field("Signed-By");
    return {
      uri: field("URIs").split(/\s+/)[0] ?? "",
      signedBy: signedBy === "" ? null : signedBy,
    };
  }
  return null;
}

function fromLines(text: string): DebianMirror | null {
  const line = /^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+bookworm\s/m.exec(text);
  if (line === null) return null;
  const signedBy = /signed-by=(\S+)/.exec(line[1] ?? "")?.[1] ?? null;
  return { uri: line[2] ?? "", signedBy };
}
