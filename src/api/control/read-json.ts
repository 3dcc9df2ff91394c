import { type ApiRequest, HttpRefusal } from "#http";
import type { Json } from "./control-api.ts";

/** The members of a JSON object in the body; an empty body is an empty object. */
export async function readJsonObject(
  request: ApiRequest,
): Promise<{ readonly [name: string]: Json }> {
  const text = Buffer.from(await request.readBody()).toString();
  if (text.trim() === "") return {};
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    throw new HttpRefusal("invalid_request", "The body is not JSON: send one JSON object.");
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new HttpRefusal("invalid_request", "The body is not a JSON object: send one.");
  }
  return value as { readonly [name: string]: Json };
}

/** A member that must be a text. */
export function textMember(body: { readonly [name: string]: Json }, name: string): string {
  const value = body[name];
  if (typeof value === "string" && value !== "") return value;
  throw new HttpRefusal("invalid_request", `The body lacks the text «${name}»: add it.`);
}

/** A member that is a whole number or absent. */
export function numberMember(body: { readonly [name: string]: Json }, name: string): number | null {
  const value = body[name] ?? null;
  if (value === null || (typeof value === "number" && Number.isSafeInteger(value))) return value;
  throw new HttpRefusal("invalid_request", `«${name}» is not a whole number: give milliseconds.`);
}

/** A member that is a list of texts, empty where absent. */
export function textsMember(
  body: { readonly [name: string]: Json },
  name: string,
): readonly string[] {
  const value = body[name] ?? [];
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) {
    return value;
  }
  throw new HttpRefusal("invalid_request", `«${name}» is not a list of texts.`);
}
