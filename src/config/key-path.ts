/**
 * Whether a key may be printed. `{password:hunter2}` is one long key to YAML, so only what looks
 * like a key of a table, a label or a header is.
 */
export function isPrintableKey(key: string): boolean {
  return /^[A-Za-z_][\w.-]{0,63}$/.test(key);
}

/** `storage` and `path` make `storage.path`. */
export function joinPath(path: string, key: string): string {
  const shown = isPrintableKey(key) ? key : "<key>";
  return path === "" ? shown : `${path}.${shown}`;
}
