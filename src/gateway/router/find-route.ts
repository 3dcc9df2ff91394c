import type { RouterOptions } from "../config/extra/router-options.ts";
import type { RouteMatch, RouteTree } from "./route-tree.ts";

export type Finding<T> =
  | { readonly kind: "found"; readonly target: T; readonly values: readonly string[] }
  /** The path is another spelling of one that exists. */
  | { readonly kind: "redirect"; readonly path: string }
  /** An OPTIONS request that the router answers itself. */
  | { readonly kind: "options"; readonly allowed: readonly string[] }
  | { readonly kind: "wrong-method"; readonly allowed: readonly string[] }
  | { readonly kind: "nothing" };

/** What answers a request, or what else it gets, in the order in which the original looks. */
export function findRoute<T>(
  tree: RouteTree<T>,
  options: RouterOptions,
  method: string,
  requested: string,
): Finding<T> {
  const path = options.removesExtraSlash ? withoutExtraSlashes(requested) : requested;
  const match = tree.find(path, method);
  const target = match?.found.get(method);
  if (match !== null && target !== undefined)
    return { kind: "found", target, values: match.values };
  const elsewhere = otherSpelling(tree, options, method, path);
  if (elsewhere !== null) return { kind: "redirect", path: elsewhere };
  if (method === "OPTIONS" && options.answersOptions) {
    const any = tree.find(path, null);
    if (any !== null) return { kind: "options", allowed: methodsOf(any) };
  }
  const other = options.answersWrongMethod ? tree.find(path, null) : null;
  return other === null ? { kind: "nothing" } : { kind: "wrong-method", allowed: methodsOf(other) };
}

function methodsOf<T>(match: RouteMatch<T>): readonly string[] {
  return [...match.found.keys()].toSorted();
}

function otherSpelling<T>(
  tree: RouteTree<T>,
  options: RouterOptions,
  method: string,
  path: string,
): string | null {
  if (path === "/") return null;
  const slashed = path.endsWith("/") ? path.slice(0, -1) : `${path}/`;
  // A path that begins with two slashes would be another host's in a Location header.
  const isLocal = !slashed.startsWith("//");
  if (
    options.redirectsTrailingSlash &&
    isLocal &&
    slashed !== "" &&
    tree.find(slashed, method) !== null
  ) {
    return slashed;
  }
  if (!options.redirectsFixedPath) return null;
  const clean = withoutExtraSlashes(path);
  const exact = tree.find(clean, method, "nothing");
  if (exact !== null) return exact.path;
  if (!options.redirectsTrailingSlash || clean === "/") return null;
  const other = clean.endsWith("/") ? clean.slice(0, -1) : `${clean}/`;
  return tree.find(other, method, "nothing")?.path ?? null;
}

function withoutExtraSlashes(path: string): string {
  return path.includes("//") ? path.replaceAll(/\/{2,}/g, "/") : path;
}
