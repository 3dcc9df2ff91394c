/**
 * Finds what answers at a path, segment by segment. A literal segment goes before a placeholder and
 * that before the rest of a path; where the better choice leads nowhere, the next one is tried.
 * Without regard to case a search also gives the path as it is written in the configuration.
 */
import type { PathSegment } from "../config/endpoint-path.ts";

interface Node<T> {
  readonly literals: Map<string, Node<T>>;
  /** Literals by their lower case, for those who do not mind. */
  readonly folded: Map<string, string>;
  placeholder: Node<T> | null;
  readonly mixed: { readonly pattern: RegExp; readonly node: Node<T> }[];
  /** By method. */
  readonly here: Map<string, T>;
  readonly rest: Map<string, T>;
}

export interface RouteMatch<T> {
  /** By method; at least one. */
  readonly found: ReadonlyMap<string, T>;
  /** Values of placeholders, in the order of the path. */
  readonly values: readonly string[];
  /** The path with literals as configured. */
  readonly path: string;
}

export class RouteTree<T> {
  readonly #root: Node<T> = createNode();

  add(segments: readonly PathSegment[], method: string, target: T): void {
    let node = this.#root;
    for (const segment of segments) {
      if (segment.kind === "rest") {
        node.rest.set(method, target);
        return;
      }
      node = childFor(node, segment);
    }
    node.here.set(method, target);
  }

  /** What has this method at the path, or where no method is asked for, whatever is there. */
  find(
    path: string,
    method: string | null,
    minds: "case" | "nothing" = "case",
  ): RouteMatch<T> | null {
    const segments = path.slice(1).split("/");
    return this.#walk(this.#root, { segments, method, minds, values: [], written: [] });
  }

  #walk(node: Node<T>, search: Search): RouteMatch<T> | null {
    const { segments, written } = search;
    const segment = segments[written.length];
    if (segment === undefined) return matchOf(node.here, search);
    return (
      this.#walkLiteral(node, segment, search) ??
      this.#walkPlaceholder(node, segment, search) ??
      this.#rest(node, search)
    );
  }

  #walkLiteral(node: Node<T>, segment: string, search: Search): RouteMatch<T> | null {
    const exact = node.literals.has(segment) ? segment : undefined;
    const name =
      exact ?? (search.minds === "case" ? undefined : node.folded.get(segment.toLowerCase()));
    const next = name === undefined ? undefined : node.literals.get(name);
    return next === undefined ? null : this.#walk(next, step(search, name ?? "", []));
  }

  #walkPlaceholder(node: Node<T>, segment: string, search: Search): RouteMatch<T> | null {
    if (segment === "") return null;
    for (const { pattern, node: next } of node.mixed) {
      const values = pattern.exec(segment)?.slice(1);
      const found = values === undefined ? null : this.#walk(next, step(search, segment, values));
      if (found !== null) return found;
    }
    return node.placeholder === null
      ? null
      : this.#walk(node.placeholder, step(search, segment, [segment]));
  }

  #rest(node: Node<T>, search: Search): RouteMatch<T> | null {
    const left = search.segments.slice(search.written.length);
    return matchOf(node.rest, { ...search, written: [...search.written, ...left] });
  }
}

interface Search {
  readonly segments: readonly string[];
  readonly method: string | null;
  readonly minds: "case" | "nothing";
  readonly values: readonly string[];
  readonly written: readonly string[];
}

function step(search: Search, written: string, values: readonly string[]): Search {
  return {
    ...search,
    written: [...search.written, written],
    values: values.length === 0 ? search.values : [...search.values, ...values],
  };
}

function matchOf<T>(found: ReadonlyMap<string, T>, search: Search): RouteMatch<T> | null {
  const isThere = search.method === null ? found.size > 0 : found.has(search.method);
  return isThere ? { found, values: search.values, path: `/${search.written.join("/")}` } : null;
}

function createNode<T>(): Node<T> {
  return {
    literals: new Map(),
    folded: new Map(),
    placeholder: null,
    mixed: [],
    here: new Map(),
    rest: new Map(),
  };
}

function childFor<T>(node: Node<T>, segment: Exclude<PathSegment, { kind: "rest" }>): Node<T> {
  if (segment.kind === "parameter") {
    node.placeholder ??= createNode();
    return node.placeholder;
  }
  if (segment.kind === "mixed") {
    const known = node.mixed.find(({ pattern }) => pattern.source === segment.pattern.source);
    const next = known?.node ?? createNode<T>();
    if (known === undefined) node.mixed.push({ pattern: segment.pattern, node: next });
    return next;
  }
  const next = node.literals.get(segment.text) ?? createNode<T>();
  node.literals.set(segment.text, next);
  node.folded.set(segment.text.toLowerCase(), segment.text);
  return next;
}
