import type { HttpMethod, Route } from "./route.ts";

/** Finds which methods a path takes, for 405 and its `Allow`. */
export function createAllowedMethods(
  routes: readonly Route[],
): (path: string) => readonly HttpMethod[] {
  const patterns = routes.flatMap((route) =>
    route.paths.map((path) => ({ pattern: patternOf(path), methods: route.methods })),
  );
  return (path) => {
    const methods = patterns.filter(({ pattern }) => pattern.test(path)).flatMap((p) => p.methods);
    return [...new Set(methods)];
  };
}

function patternOf(path: string): RegExp {
  const parts = path.split("/").map((part) => {
    if (part.startsWith(":")) return "[^/]+";
    return part === "*" ? ".*" : part.replaceAll(/[^A-Za-z0-9]/g, String.raw`\$&`);
  });
  return new RegExp(`^${parts.join("/")}$`);
}
