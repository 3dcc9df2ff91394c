import type { Clock } from "#lib/clock";
import { headerText } from "../backend/hop-headers.ts";
import type { ClientKey, RouterRateLimit } from "../config/extra/rate-limit-options.ts";
import { ClientBuckets } from "../layers/client-buckets.ts";
import { TokenBucket } from "../layers/token-bucket.ts";
import type { HeaderValues } from "../proxy/proxy.ts";
import type { EndpointRequest } from "./endpoint-handler.ts";
import { ADMITTED, type Gatekeeper, refused } from "./gatekeeper.ts";

const TOO_MANY = 429;
const UNAVAILABLE = 503;

/** First each client's rate, then that of all together. */
export function limitClients(limit: RouterRateLimit, clock: Clock): Gatekeeper {
  const all = limit.all === null ? null : new TokenBucket(limit.all, clock);
  const { perClient } = limit;
  const clients = perClient === null ? null : new ClientBuckets(perClient, clock);
  return (request, parameters) => {
    if (clients !== null && perClient !== null) {
      const client = clientOf(perClient.key, request, parameters);
      if (client === "" || !clients.take(client)) return refused(TOO_MANY);
    }
    return all === null || all.take() ? ADMITTED : refused(UNAVAILABLE);
  };
}

/** Empty where the client does not say who it is. */
function clientOf(
  key: ClientKey,
  { exchange }: EndpointRequest,
  parameters: Readonly<Record<string, string>>,
): string {
  switch (key.kind) {
    case "ip":
      return exchange.remoteAddress;
    case "header":
      return headerText(exchange.request.headers as HeaderValues, key.name) ?? "";
    case "parameter":
      return parameters[key.name] ?? "";
  }
}
