/**
 * Go's `Regexp.ExpandString`, which relabeling uses: `$1`, `$name`, `${1}`, `${name}`; `$$` is a
 * dollar; an unknown group is empty; a dollar that begins none of these stays. `$1x` is the group
 * named `1x`, as in Go.
 */
export type TemplatePart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "group"; readonly group: string | number };

const REFERENCE = /\$(?:(\$)|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu;

/** The template's text and group references, in order. */
export function parseTemplate(template: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let end = 0;
  for (const match of template.matchAll(REFERENCE)) {
    if (match.index > end) parts.push({ kind: "text", text: template.slice(end, match.index) });
    const [, dollar, braced, bare] = match;
    if (dollar !== undefined) parts.push({ kind: "text", text: "$" });
    else {
      const name = braced ?? bare ?? "";
      parts.push({ kind: "group", group: /^(?:0|[1-9][0-9]*)$/.test(name) ? Number(name) : name });
    }
    end = match.index + match[0].length;
  }
  if (end < template.length) parts.push({ kind: "text", text: template.slice(end) });
  return parts;
}

/** Fills the template; `groupText` answers null for a group that is unknown or took no part. */
export function expandTemplate(
  parts: readonly TemplatePart[],
  groupText: (group: string | number) => string | null,
): string {
  let text = "";
  for (const part of parts) {
    text += part.kind === "text" ? part.text : (groupText(part.group) ?? "");
  }
  return text;
}
