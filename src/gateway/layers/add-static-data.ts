import type { StaticData } from "../config/extra/proxy-options.ts";
import { emptyJsonObject, type JsonValue } from "../json/parse-json.ts";
import type { Layer, ProxyOutcome } from "../proxy/proxy.ts";

const applies: Readonly<Record<StaticData["strategy"], (outcome: ProxyOutcome) => boolean>> = {
  always: () => true,
  success: ({ error }) => error === null,
  complete: ({ error, answer }) => error === null && answer?.isComplete === true,
  errored: ({ error }) => error !== null,
  incomplete: ({ answer }) => answer?.isComplete !== true,
};

/** Lays constant data over answers; where there is none, it is all that the client gets. */
export function addStaticData({ data, strategy }: StaticData): Layer {
  return (next) => async (call) => {
    const outcome = await next(call);
    if (!applies[strategy](outcome)) return outcome;
    const { answer, error } = outcome;
    const merged = Object.assign(
      emptyJsonObject(),
      answer?.data,
      data as Record<string, JsonValue>,
    );
    return {
      answer: {
        data: merged,
        isComplete: answer?.isComplete ?? false,
        passed: answer?.passed ?? null,
      },
      error,
    };
  };
}
