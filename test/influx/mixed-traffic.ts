import type { GatewayMeter } from "#gateway";

/** What layers would report of requests that fare differently; returns how many requests there were. */
export function serveMixedTraffic(meter: GatewayMeter): number {
  const ok = endpointOf(meter, "/users/:id", "/u/{{.Id}}");
  const broken = endpointOf(meter, "/broken", "/b ad,path=1");
  for (let i = 0; i < 8; i++) ok(true, 200, 120 + i);
  for (let i = 0; i < 3; i++) broken(false, 500, -1);
  return 11;
}

function endpointOf(meter: GatewayMeter, name: string, backendName: string) {
  const endpoint = meter.endpoint(name);
  const pipe = meter.pipe(name);
  const backend = meter.backend(backendName);
  return (succeeds: boolean, status: number, bodyBytes: number): void => {
    meter.requestBegan(null);
    backend.record(succeeds, !succeeds, 2.25);
    pipe.record(succeeds, !succeeds, 3.5);
    endpoint.record(status, bodyBytes, 4.75);
    meter.requestEnded();
  };
}
