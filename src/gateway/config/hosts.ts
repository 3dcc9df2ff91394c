import type { Fields } from "./fields.ts";

/** Hosts of backends: with a scheme, without a path. `keepsText` takes them as they stand there. */
export function readHosts(fields: Fields, key: string, keepsText: boolean): readonly string[] {
  return fields.strings(key, []).map((host) => {
    if (keepsText) return host;
    const url = (/^[a-z][a-z0-9+.-]*:\/\//i.test(host) ? host : `http://${host}`).replace(
      /\/$/,
      "",
    );
    if (!isOrigin(url)) {
      fields.refuse(key, "expected hosts such as http://10.0.0.1:8000, without a path");
    }
    return url;
  });
}

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, pathname, search, hash, host } = new URL(text);
  const isPlain = pathname === "/" && search === "" && hash === "" && host !== "";
  return /^https?:$/.test(protocol) && isPlain && !text.includes("{");
}
