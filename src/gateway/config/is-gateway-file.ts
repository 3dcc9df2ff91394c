import { readDocument } from "./read-document.ts";

/** Whether this is a krakend file and not our own: by its kind, or by its `version`. */
export function isGatewayFile(file: string): boolean {
  if (/\.(?:json|toml)$/i.test(file)) return true;
  const document = readDocument(file);
  return document.kind === "read" && Object.hasOwn(document.root, "version");
}
