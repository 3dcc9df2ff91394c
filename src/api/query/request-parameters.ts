import type { ApiRequest } from "#http";

const FORM = "application/x-www-form-urlencoded";

/**
 * The parameters of a call, as Prometheus' API takes them: in the URL or as a form in the body, whose
 * values come first. A body of any other type says nothing.
 */
export async function readParameters(request: ApiRequest): Promise<URLSearchParams> {
  const parameters = new URLSearchParams();
  const type = request.header("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (request.method === "POST" && type === FORM) {
    const body = Buffer.from(await request.readBody()).toString();
    for (const [name, value] of new URLSearchParams(body)) parameters.append(name, value);
  }
  for (const [name, value] of new URLSearchParams(request.query)) parameters.append(name, value);
  return parameters;
}
