import { createRoutes, PUBLIC_SURFACES } from "#api";
import { type FakeApi, fakeApi } from "./fake-api.ts";
import { startTestServer, type TestServer } from "./http-test-server.ts";
import { type CreatedClient, openTokenWorld, type TokenWorld } from "./token-world.ts";

/** The public listener over a real access part, with the clock in the test's hand. */
export interface OAuthServer extends AsyncDisposable {
  readonly world: TokenWorld;
  readonly api: FakeApi;
  readonly server: TestServer;
  readonly url: string;
  /** POSTs a form; `client` by HTTP Basic, its parts form-encoded. */
  post(path: string, form: FormOf, client?: CreatedClient): Promise<OAuthAnswer>;
  /** GET with a bearer token. */
  read(path: string, token: string): Promise<OAuthAnswer>;
}

type FormOf = Readonly<Record<string, string>> | string;

export interface OAuthAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Readonly<Record<string, unknown>>;
}

export function basicHeader({ id, secret }: CreatedClient): string {
  const pair = `${encodeURIComponent(id)}:${encodeURIComponent(secret)}`;
  return `Basic ${Buffer.from(pair).toString("base64")}`;
}

export async function startOAuthServer(
  place?: Parameters<typeof openTokenWorld>[0],
): Promise<OAuthServer> {
  const world = await openTokenWorld(place);
  const { authenticate, authenticateClient, tokens, usage, refusals } = world.access;
  const rates = { scrapeAdmission: world.access.scrapes, queryAdmission: world.access.queries };
  const nowMs = (): number => world.clock.ms;
  const records = { usage, refusals, nowMs };
  const api = fakeApi({ authenticate, authenticateClient, tokens, ...records, ...rates });
  const server = await startTestServer({ routes: createRoutes(api), surfaces: PUBLIC_SURFACES });
  const url = `http://127.0.0.1:${server.port}`;
  return {
    world,
    api,
    server,
    url,
    post: async (path, form, client) => {
      const headers: Record<string, string> = {
        "content-type": "application/x-www-form-urlencoded",
        ...(client === undefined ? {} : { authorization: basicHeader(client) }),
      };
      const body = typeof form === "string" ? form : new URLSearchParams(form).toString();
      return answerOf(await fetch(url + path, { method: "POST", headers, body }));
    },
    read: async (path, token) => {
      const headers = { authorization: `Bearer ${token}`, "accept-encoding": "identity" };
      return answerOf(await fetch(url + path, { headers }));
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
    },
  };
}

export async function answerOf(response: Response): Promise<OAuthAnswer> {
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
  const json = isJson ? (JSON.parse(text) as Readonly<Record<string, unknown>>) : {};
  return { status: response.status, headers: response.headers, text, json };
}
