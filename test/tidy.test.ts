/**
 * House rules that no tool checks. Each rule is a function of a file or of the tree, and each is
 * shown to refuse what it must: a rule that sees nothing passes for ever.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, test } from "vitest";

interface TextFile {
  readonly path: string;
  readonly text: string;
}

const IGNORED = /(?:^|\/)(?:node_modules|dist|\.git|\.cache|data)(?:\/|$)/;
const OWN_NAME = "test/tidy.test.ts";

function filesBelow(folder: string, form: RegExp): TextFile[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((file) => (folder === "." ? file : `${folder}/${file}`))
    .filter((path) => form.test(path) && !IGNORED.test(path))
    .map((path) => ({ path, text: readFileSync(path, "utf8") }));
}

const source = ["src", "test", "bench", "scripts"].flatMap((folder) => filesBelow(folder, /\.ts$/));
const pages = [
  ...filesBelow("docs", /\.md$/),
  ...filesBelow("src", /\.md$/),
  ...readdirSync(".")
    .filter((name) => name.endsWith(".md"))
    .map((path) => ({ path, text: readFileSync(path, "utf8") })),
];

/** A rule gives its objection to a file, or null. */
type Rule = (file: TextFile) => string | null;

/** Names that say nothing invite everything (one concept per file, named after it). */
const namedAfterWhatItHolds: Rule = ({ path }) =>
  /^(?:helpers?|utils?|types|common|misc|shared|constants)\.ts$/.test(basename(path))
    ? "is named after nothing in particular"
    : null;

/** What is to be done belongs into issues; `@NOTE` explains, nothing promises. */
const promisesNothing: Rule = ({ text }) => /\b(?:FIXME|XXX|HACK|TODO)\b/.exec(text)?.[0] ?? null;

const exportsByName: Rule = ({ path, text }) =>
  /^export default /m.test(text) && path !== "vitest.config.ts" ? "has a default export" : null;

/** Paths and hosts of one machine mean nothing on another. */
const namesNoMachine: Rule = ({ text }) =>
  /(?<![\w.~$}-])\/(?:home\/\w+|Users\/\w+|root)\//.exec(text)?.[0] ?? null;

const isNotEmptied: Rule = ({ text }) => (text.trim() === "" ? "is empty" : null);

/** Code that is kept «for later» rots unread: statements behind comment marks. */
const hasNoDeadCode: Rule = ({ text }) =>
  /^\s*\/\/ (?:const|let|return|import|await|if \(|for \(|\w+\(.*\);$).*[;{]$/m.exec(text)?.[0] ??
  null;

const RULES: readonly (readonly [string, Rule, TextFile])[] = [
  [
    "files are named after what they hold",
    namedAfterWhatItHolds,
    { path: "src/x/utils.ts", text: "1" },
  ],
  ["nothing is promised in code", promisesNothing, { path: "src/a.ts", text: "// TODO: later" }],
  ["exports have names", exportsByName, { path: "src/a.ts", text: "export default 1;\n" }],
  ["no path of one machine", namesNoMachine, { path: "src/a.ts", text: 'open("/home/me/x")' }],
  ["no file is empty", isNotEmptied, { path: "src/a.ts", text: "\n" }],
  [
    "no code behind comment marks",
    hasNoDeadCode,
    { path: "src/a.ts", text: "  // const a = 1;\n" },
  ],
];

const oneTitle: Rule = ({ text }) => {
  const titles = text.replaceAll(/```[\s\S]*?```/g, "").match(/^# /gm) ?? [];
  return titles.length === 1 ? null : `has ${titles.length} titles`;
};

/** Links of a page to files that are not there. */
function brokenLinks(page: TextFile, exists: (path: string) => boolean): string[] {
  const links = page.text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)/g);
  return Array.from(links, (link) =>
    new URL(link[1] ?? "", `file:///${page.path}`).pathname.slice(1),
  ).filter((target) => !exists(target));
}

function frontDoorObjection(text: string): string | null {
  if (/export \*/.test(text)) return "re-exports everything";
  const rest = text
    .replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "")
    .replaceAll(/export (?:type )?\{[^}]*\} from "[^"]*";/g, "");
  return rest.trim() === "" ? null : `has logic: ${rest.trim().slice(0, 60)}`;
}

/** Dependencies that stand in no decision's title, which is where a reader looks for them. */
function undecided(names: readonly string[], decisions: readonly TextFile[]): string[] {
  const titles = decisions.map(({ text }) => text.split("\n", 1)[0]?.toLowerCase() ?? "");
  return names.filter((name) => {
    const bare = name.replace(/^@[^/]+\//, "").toLowerCase();
    return !titles.some((title) => title.includes(bare));
  });
}

describe("source", () => {
  test("is seen", () => {
    expect(source.length).toBeGreaterThan(200);
  });

  test.each(RULES)("%s", (_name, rule, counterCase) => {
    expect(rule(counterCase)).not.toBeNull();
    const objections = source
      .filter(({ path }) => path !== OWN_NAME)
      .flatMap((file) => (rule(file) === null ? [] : [`${file.path}: ${rule(file)}`]));
    expect(objections).toEqual([]);
  });
});

describe("pages", () => {
  test.each([
    ["promise nothing", promisesNothing, { path: "a.md", text: "TODO" }],
    ["name no machine", namesNoMachine, { path: "a.md", text: "cd /home/ann/x" }],
    ["have one title", oneTitle, { path: "a.md", text: "# a\n\n# b\n" }],
  ] as const)("%s", (_name, rule, counterCase) => {
    expect(rule(counterCase)).not.toBeNull();
    const objections = pages.flatMap((page) =>
      rule(page) === null ? [] : [`${page.path}: ${rule(page)}`],
    );
    expect(pages.length).toBeGreaterThan(10);
    expect(objections).toEqual([]);
  });

  test("links between pages lead somewhere", () => {
    expect(brokenLinks({ path: "docs/a.md", text: "[x](b.md)" }, () => false)).toEqual([
      "docs/b.md",
    ]);
    const objections = pages.flatMap((page) =>
      brokenLinks(page, existsSync).map((target) => `${page.path} -> ${target}`),
    );
    expect(objections).toEqual([]);
  });
});

describe("parts", () => {
  const parts = readdirSync("src", { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
  const README_LINES_MAX = 12;

  function readmeObjection(part: string, text: string | undefined): string | null {
    if (text === undefined) return `${part} has no README.md`;
    const lines = text.trimEnd().split("\n").length;
    return lines > README_LINES_MAX ? `${part}/README.md has ${lines} lines` : null;
  }

  test("each says in a few lines what it is", () => {
    expect(readmeObjection("x", undefined)).not.toBeNull();
    expect(readmeObjection("x", "a\n".repeat(13))).not.toBeNull();
    // `lib` is a box of independent pieces, `cli` is not imported by anybody.
    const asked = parts.filter((part) => part !== "lib" && part !== "cli");
    const readmes = new Map(pages.map(({ path, text }) => [path, text]));
    const objections = asked.flatMap(
      (part) => readmeObjection(part, readmes.get(`src/${part}/README.md`)) ?? [],
    );
    expect(asked.length).toBeGreaterThan(5);
    expect(objections).toEqual([]);
  });

  test("each front door holds explicit names and no logic", () => {
    expect(frontDoorObjection('export * from "./a.ts";')).not.toBeNull();
    expect(frontDoorObjection("export const a = 1;")).not.toBeNull();
    const doors = source.filter(({ path }) => /^src\/[^/]+\/index\.ts$/.test(path));
    expect(doors.length).toBeGreaterThan(5);
    const objections = doors.flatMap(({ path, text }) => {
      const objection = frontDoorObjection(text);
      return objection === null ? [] : [`${path} ${objection}`];
    });
    expect(objections).toEqual([]);
  });
});

describe("dependencies", () => {
  const manifest = JSON.parse(readFileSync("package.json", "utf8")) as {
    dependencies: Record<string, string>;
    devDependencies: Record<string, string>;
  };
  const decisions = pages.filter(({ path }) => path.startsWith("docs/decisions/"));

  test("each has a decision with its reasons", () => {
    expect(undecided(["left-pad"], decisions)).toEqual(["left-pad"]);
    expect(undecided(Object.keys(manifest.dependencies), decisions)).toEqual([]);
  });

  test("decisions have numbers of their own and say when to look again", () => {
    const numbers = decisions.map(({ path }) => basename(path).slice(0, 3));
    expect(numbers.filter((number) => !/^\d{3}$/.test(number))).toEqual([]);
    expect(new Set(numbers).size).toBe(numbers.length);
    const incomplete = decisions
      .filter(({ text }) => !/revisit/i.test(text))
      .map(({ path }) => path);
    expect(incomplete).toEqual([]);
  });

  test("have exact versions", () => {
    const versions = Object.values({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  test("the lock file names no registry", () => {
    const lock = readFileSync("package-lock.json", "utf8");
    expect(lock.match(/"resolved": "[^"]*"/g) ?? []).toEqual([]);
  });
});
