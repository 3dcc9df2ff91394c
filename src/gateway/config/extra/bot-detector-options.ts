import { RE2JS } from "re2js";
import type { Fields } from "../fields.ts";

/** Namespace `security/bot-detector`: User-Agents that are turned away. */
export interface BotDetectorOptions {
  readonly allowed: ReadonlySet<string>;
  readonly denied: ReadonlySet<string>;
  readonly patterns: readonly RE2JS[];
  readonly emptyIsBot: boolean;
}

export function readBotDetector(fields: Fields): BotDetectorOptions {
  const patterns = fields.strings("patterns", []).flatMap((pattern) => {
    try {
      return [RE2JS.compile(pattern)];
    } catch {
      fields.refuse("patterns", "expected regular expressions in RE2 syntax");
      return [];
    }
  });
  const options = {
    allowed: new Set(fields.strings("allow", [])),
    denied: new Set(fields.strings("deny", [])),
    patterns,
    emptyIsBot: fields.boolean("empty_user_agent_is_bot", false),
  };
  fields.finish(["cache_size"]);
  return options;
}
