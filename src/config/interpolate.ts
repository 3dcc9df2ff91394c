/**
 * `${NAME}` and `${NAME:-fallback}` from the environment. Everything else with a dollar is left as
 * it is, because passwords and relabel replacements (`$1`, `${1}`) are full of them; a literal
 * `${NAME}` is written `$${NAME}`.
 */
const REFERENCE = /\$(\$?)\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

export interface Interpolated {
  readonly text: string;
  readonly changed: boolean;
  /** Variables that are not set and have no fallback. */
  readonly missing: readonly string[];
}

export type Environment = Readonly<Record<string, string | undefined>>;

export function interpolate(text: string, env: Environment): Interpolated {
  if (!text.includes("${")) return { text, changed: false, missing: [] };
  const missing: string[] = [];
  let changed = false;
  const replaced = text.replaceAll(
    REFERENCE,
    (whole: string, escape: string, name: string, fallback: string | undefined) => {
      if (escape === "$") return whole.slice(1);
      changed = true;
      const value = env[name];
      if (value !== undefined && value !== "") return value;
      if (fallback !== undefined) return fallback;
      if (value === undefined) missing.push(name);
      return "";
    },
  );
  return { text: replaced, changed, missing };
}
