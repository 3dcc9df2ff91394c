import { HttpRefusal } from "#http";

/** What is wrong with a parameter, in Prometheus' words. */
export function invalidParameter(name: string, reason: string): HttpRefusal {
  return new HttpRefusal("bad_data", `invalid parameter ${JSON.stringify(name)}: ${reason}`);
}
