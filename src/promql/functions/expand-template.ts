import type { Matcher as Re2Matcher, RE2JS } from "re2js";

const REFERENCE = /\$(?:\$|(\w+)|\{(\w+)\})/g;

/**
 * Go's `Regexp.Expand`: `$1`, `$name`, `${1}`, `${name}`, `$$` for a dollar; the longest name counts,
 * unknown groups are empty.
 */
export function expandTemplate(template: string, matcher: Re2Matcher, expression: RE2JS): string {
  return template.replace(REFERENCE, (whole, plain?: string, braced?: string) => {
    if (whole === "$$") return "$";
    const name = plain ?? braced ?? "";
    if (/^\d+$/.test(name)) {
      const index = Number(name);
      return index <= expression.groupCount() ? (matcher.group(index) ?? "") : "";
    }
    const index = expression.namedGroups()[name];
    return index === undefined ? "" : (matcher.group(index) ?? "");
  });
}
