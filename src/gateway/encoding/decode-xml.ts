import { emptyJsonObject, type JsonObject, type JsonValue } from "../json/parse-json.ts";
import { parseXml, type XmlElement } from "./parse-xml.ts";

/**
 * XML as an object: elements by name, those that repeat as a list, attributes with a hyphen before
 * their name, text beside other things as `#text`. All values are texts.
 */
export function decodeXml(text: string): JsonObject {
  const root = parseXml(text);
  const data = emptyJsonObject();
  data[root.name] = valueOf(root);
  return data;
}

function valueOf(element: XmlElement): JsonValue {
  const attributes = Object.entries(element.attributes);
  if (attributes.length === 0 && element.children.length === 0) return element.text;
  const object = emptyJsonObject();
  for (const [name, value] of attributes) object[`-${name}`] = value;
  const repeated = new Map<string, JsonValue[]>();
  for (const child of element.children) {
    const values = repeated.get(child.name) ?? [];
    values.push(valueOf(child));
    repeated.set(child.name, values);
  }
  for (const [name, values] of repeated) {
    const [single] = values;
    object[name] = values.length === 1 && single !== undefined ? single : values;
  }
  if (element.text !== "") object["#text"] = element.text;
  return object;
}
