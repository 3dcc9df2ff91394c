/**
 * Finds the codes of operating errors in source text, with what they mean. Parts declare codes in
 * three ways, and this reads all of them: a table `…_ERRORS` of code and meaning, a union of codes
 * with a comment before each, and a code written where the error is made.
 */
export interface SourceFile {
  /** `src/tsdb/errors.ts` */
  readonly path: string;
  readonly text: string;
}

export interface ErrorCode {
  readonly code: string;
  readonly part: string;
  readonly meaning: string;
}

/** Sorted by part and code. A code without any meaning has an empty one. */
export function collectErrorCodes(files: readonly SourceFile[]): ErrorCode[] {
  const classes = errorClasses(files);
  const found = new Map<string, ErrorCode>();
  // From the most deliberate declaration to the least: the first one that says something counts.
  for (const read of [fromTables, fromUnions, fromConstructors, fromMessages, fromClassComments]) {
    for (const file of files) {
      const part = file.path.split("/")[1] ?? "";
      for (const [code, meaning] of read(file.text, classes)) {
        const known = found.get(code);
        if (known === undefined || known.meaning === "") {
          found.set(code, { code, part: known?.part ?? part, meaning });
        }
      }
    }
  }
  return [...found.values()].toSorted((a, b) => compare(a.part, b.part) || compare(a.code, b.code));
}

type Read = (text: string, classes: ErrorClasses) => [code: string, meaning: string][];

interface ErrorClasses {
  /** OperatingError and all that extend it, however far. */
  readonly has: (name: string) => boolean;
  /** Those whose first argument is a code: the others bring their own. */
  readonly takesCode: (name: string) => boolean;
}

function errorClasses(files: readonly SourceFile[]): ErrorClasses {
  const all = new Set(["OperatingError"]);
  const withOwnCode = new Set<string>();
  const declared = files.flatMap(({ text }) =>
    Array.from(text.matchAll(/class (\w+) extends (\w+)([\s\S]*?\n\}|[^\n]*\})/g)),
  );
  for (let before = 0; before < all.size;) {
    before = all.size;
    for (const [, name = "", base = "", body = ""] of declared) {
      if (!all.has(base)) continue;
      all.add(name);
      if (/super\(\s*["`]/.test(body)) withOwnCode.add(name);
    }
  }
  return {
    has: (name) => all.has(name),
    takesCode: (name) => all.has(name) && !withOwnCode.has(name),
  };
}

// export const X_ERRORS = { code: "Meaning.", … }
const fromTables: Read = (text) =>
  Array.from(text.matchAll(/const \w*_ERRORS\b[^=]*= \{\n([\s\S]*?)\n\}/g)).flatMap((table) =>
    Array.from((table[1] ?? "").matchAll(/^ {2}(\w+):\s*"((?:[^"\\]|\\.)*)"/gm), (row) => [
      row[1] ?? "",
      row[2] ?? "",
    ]),
  );

// export type XErrorCode = a comment, then | "code", and so on
const fromUnions: Read = (text) =>
  Array.from(text.matchAll(/type \w*Code =\n([\s\S]*?);\n/g)).flatMap((union) =>
    Array.from(
      (union[1] ?? "").matchAll(/(?:\/\*\*([\s\S]*?)\*\/\s*)?\| "(\w+)"/g),
      (member): [string, string] => [member[2] ?? "", commentText(member[1] ?? "")],
    ),
  );

// a comment, then class X extends OperatingError { … super("code", …
const fromConstructors: Read = (text, classes) =>
  Array.from(
    text.matchAll(
      /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?export class (\w+) extends (\w+)([\s\S]*?)\n\}/g,
    ),
  ).flatMap((declaration) => {
    if (!classes.has(declaration[3] ?? "")) return [];
    const code = /super\(\s*"(\w+)"/.exec(declaration[4] ?? "")?.[1];
    const meaning = firstSentence(commentText(declaration[1] ?? ""));
    return code === undefined ? [] : [[code, meaning]];
  });

// new XError("code", "The sentence."), or with the sentence in a constant on the line before
const fromMessages: Read = (text, classes) =>
  Array.from(
    text.matchAll(
      /(?:const \w+ = (["`])((?:(?!\1)[\s\S])*)\1;\s*)?(?:return|throw|=>)? ?new (\w+)\(\s*"([a-z][a-z0-9_]*)",(?:\s*(["`])((?:(?!\5)[\s\S])*)\5)?/g,
    ),
  ).flatMap((made) =>
    classes.takesCode(made[3] ?? "")
      ? [[made[4] ?? "", (made[6] ?? made[2] ?? "").replaceAll(/\$\{[^}]*\}/g, "…")]]
      : [],
  );

// new XError("code", variable): then what the class is for must do
const fromClassComments: Read = (text, classes) =>
  Array.from(
    text.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export class (\w+) extends/g),
  ).flatMap(([, comment = "", name = ""]) => {
    const told = commentText(comment);
    const codes = classes.has(name) ? told.matchAll(/`([a-z]+_[a-z_]+)`/g) : [];
    return Array.from(codes, (code): [string, string] => [code[1] ?? "", firstSentence(told)]);
  });

function commentText(comment: string): string {
  return comment.replaceAll(/\s*\n\s*\*\s?/g, " ").trim();
}

function firstSentence(text: string): string {
  return (/^.*?[.:](?=\s|$)/s.exec(text)?.[0] ?? text).replace(/:$/, ".");
}

function compare(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
