/** A feed, RSS or Atom, in one shape: what a reader of feeds wants to know, whichever it is. */
import { emptyJsonObject, type JsonObject, type JsonValue } from "../json/parse-json.ts";
import { parseXml, type XmlElement } from "./parse-xml.ts";

export function decodeRss(text: string): JsonObject {
  const root = parseXml(text);
  if (root.name === "feed") return decodeAtom(root);
  const channel = root.children.find(({ name }) => name === "channel");
  if (channel === undefined) throw new Error("this is neither RSS nor Atom");
  // RSS 1.0 has its items beside the channel.
  const items = [...channel.children, ...root.children].filter(({ name }) => name === "item");
  return object({
    title: textOf(channel, "title"),
    description: textOf(channel, "description"),
    link: textOf(channel, "link"),
    links: linksOf(channel),
    language: textOf(channel, "language"),
    copyright: textOf(channel, "copyright"),
    generator: textOf(channel, "generator"),
    updated: textOf(channel, "lastBuildDate"),
    published: textOf(channel, "pubDate"),
    categories: textsOf(channel, "category"),
    items: items.map(decodeItem),
    feedType: "rss",
    feedVersion: root.attributes["version"] ?? "1.0",
  });
}

function decodeItem(item: XmlElement): JsonObject {
  const published = textOf(item, "pubDate") ?? textOf(item, "dc:date");
  return object({
    title: textOf(item, "title"),
    description: textOf(item, "description"),
    content: textOf(item, "content:encoded"),
    link: textOf(item, "link"),
    links: linksOf(item),
    published,
    publishedParsed: dateOf(published),
    author: personOf(textOf(item, "author") ?? textOf(item, "dc:creator")),
    guid: textOf(item, "guid"),
    categories: textsOf(item, "category"),
    enclosures: item.children.filter(({ name }) => name === "enclosure").map(decodeEnclosure),
  });
}

function decodeEnclosure({ attributes }: XmlElement): JsonObject {
  return object({
    url: attributes["url"] ?? null,
    length: attributes["length"] ?? null,
    type: attributes["type"] ?? null,
  });
}

function decodeAtom(feed: XmlElement): JsonObject {
  return object({
    title: textOf(feed, "title"),
    description: textOf(feed, "subtitle"),
    link: atomLink(feed),
    links: atomLinks(feed),
    updated: textOf(feed, "updated"),
    updatedParsed: dateOf(textOf(feed, "updated")),
    copyright: textOf(feed, "rights"),
    generator: textOf(feed, "generator"),
    items: feed.children.filter(({ name }) => name === "entry").map(decodeEntry),
    feedType: "atom",
    feedVersion: "1.0",
  });
}

function decodeEntry(entry: XmlElement): JsonObject {
  const author = entry.children.find(({ name }) => name === "author");
  return object({
    title: textOf(entry, "title"),
    description: textOf(entry, "summary"),
    content: textOf(entry, "content"),
    link: atomLink(entry),
    links: atomLinks(entry),
    updated: textOf(entry, "updated"),
    updatedParsed: dateOf(textOf(entry, "updated")),
    published: textOf(entry, "published"),
    publishedParsed: dateOf(textOf(entry, "published")),
    author: author === undefined ? null : personOf(textOf(author, "name")),
    guid: textOf(entry, "id"),
  });
}

function atomLink(element: XmlElement): string | null {
  const links = element.children.filter(({ name }) => name === "link");
  const main = links.find(({ attributes }) => (attributes["rel"] ?? "alternate") === "alternate");
  return main?.attributes["href"] ?? null;
}

function atomLinks(element: XmlElement): readonly JsonValue[] {
  return element.children.flatMap(({ name, attributes }) =>
    name === "link" ? [attributes["href"] ?? ""] : [],
  );
}

function linksOf(element: XmlElement): readonly JsonValue[] {
  return textsOf(element, "link");
}

function textOf(element: XmlElement, name: string): string | null {
  return element.children.find((child) => child.name === name)?.text ?? null;
}

function textsOf(element: XmlElement, name: string): readonly JsonValue[] {
  return element.children.flatMap((child) => (child.name === name ? [child.text] : []));
}

function personOf(name: string | null): JsonObject | null {
  return name === null ? null : object({ name });
}

/** As ISO 8601 in UTC; null where it is no date. */
function dateOf(text: string | null): string | null {
  const timeMs = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(timeMs) ? null : new Date(timeMs).toISOString().replace(".000Z", "Z");
}

/** Without what the feed does not say. */
function object(entries: Readonly<Record<string, JsonValue>>): JsonObject {
  const result = emptyJsonObject();
  for (const [name, value] of Object.entries(entries)) {
    const isEmpty =
      value === null || (Array.isArray(value) && value.length === 0 && name !== "items");
    if (!isEmpty) result[name] = value;
  }
  return result;
}
