import type { ApiRequest } from "#http";
import { oauthRefusal } from "./oauth-refusal.ts";

/** Form fields by name; those without a value are not there (RFC 6749 §3.2). */
export type FormFields = ReadonlyMap<string, string>;

const FORM_TYPE = /^application\/x-www-form-urlencoded(?:\s*;\s*charset="?utf-8"?)?\s*$/i;

/** The fields of a form in the body. Parameters in the URL are refused: URLs end up in logs. */
export async function readForm(request: ApiRequest): Promise<FormFields> {
  if (request.query !== "") {
    throw oauthRefusal(
      "invalid_request",
      "Parameters belong into the body: remove what follows the ? in the URL.",
    );
  }
  if (!FORM_TYPE.test(request.header("content-type") ?? "")) {
    throw oauthRefusal(
      "invalid_request",
      "The body must be a form: send Content-Type: application/x-www-form-urlencoded.",
    );
  }
  const text = Buffer.from(await request.readBody()).toString("utf8");
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    // Two readers of a repeated field could pick two.
    if (fields.has(name)) {
      throw oauthRefusal("invalid_request", `The field ${name} is given more than once.`);
    }
    fields.set(name, value);
  }
  return new Map([...fields].filter(([, value]) => value !== ""));
}

/** A field that must be there. */
export function requiredField(form: FormFields, name: string): string {
  const value = form.get(name);
  if (value !== undefined) return value;
  throw oauthRefusal("invalid_request", `The field ${name} is missing: add it to the form.`);
}
