import type { RawRequest } from "#http";
import type { BotDetectorOptions } from "../config/extra/bot-detector-options.ts";

/** Whether a request comes from a program that is not wanted, by what it calls itself. */
export function createBotDetector(options: BotDetectorOptions): (request: RawRequest) => boolean {
  const { allowed, denied, patterns, emptyIsBot } = options;
  return (request) => {
    const { "user-agent": agent = "" } = request.headers;
    if (agent === "") return emptyIsBot;
    if (allowed.has(agent)) return false;
    return denied.has(agent) || patterns.some((pattern) => pattern.matcher(agent).find());
  };
}
