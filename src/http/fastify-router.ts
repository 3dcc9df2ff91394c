import { type FastifyReply, type FastifyRequest, fastify } from "fastify";
import { HttpRefusal } from "./errors.ts";
import { gateRequest } from "./request-gate.ts";
import type { RawRequest, RawResponse } from "./raw-http.ts";
import type { RawHandler, RawServer } from "./raw-server.ts";
import type { Route } from "./route.ts";
import { createAllowedMethods } from "./route-table.ts";
import { type Destination, type ServeContext, serveRequest } from "./serve-request.ts";
import { type SurfacePrefix, surfaceOfPath } from "./surface.ts";

export interface RouterOptions {
  readonly context: ServeContext;
  readonly routes: readonly Route[];
  /** Whose error shape unknown paths get. */
  readonly surfaces: readonly SurfacePrefix[];
  readonly createServer: (handler: RawHandler) => RawServer;
}

/**
 * Fastify finds the route; what happens then is ours (serve-request.ts), so that shared buffers go
 * out uncopied and all surfaces keep their own error shapes. This file alone knows Fastify's types.
 */
export async function createRouter(options: RouterOptions): Promise<RawServer> {
  const { context, routes, surfaces } = options;
  const allowedMethods = createAllowedMethods(routes);

  const refuse = (raw: RawRequest, response: RawResponse, path: string, refusal: Error) =>
    serveRequest(context, raw, response, {
      surface: surfaceOfPath(surfaces, path),
      path,
      query: "",
      params: {},
      bodyBytesMax: 0,
      handler: () => Promise.reject(refusal),
    });

  function gated(next: RawHandler): RawHandler {
    return (raw, response) => {
      const outcome = gateRequest(raw, context.limits);
      if (outcome.kind === "refuse") {
        void refuse(raw, response, outcome.path, outcome.refusal);
        return;
      }
      // Fastify must not see the absolute form or the query: the route is the path alone.
      targets.set(raw, outcome.target.query);
      raw.url = outcome.target.path;
      next(raw, response);
    };
  }

  const targets = new WeakMap<RawRequest, string>();
  let server: RawServer | null = null;
  const app = fastify({
    logger: false,
    exposeHeadRoutes: false,
    // The listener's own shutdown has already drained it when Fastify is told.
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: false, caseSensitive: true },
    serverFactory: (handler) => {
      server = options.createServer(gated(handler as RawHandler));
      return server;
    },
    clientErrorHandler: () => undefined,
  });
  // Bodies stay in the socket until a route asks for them, after it knows who is asking.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, _payload, done) => done(null));

  for (const route of routes) mount(route);
  app.setNotFoundHandler((request, reply) => {
    const path = request.raw.url ?? "/";
    const allowed = allowedMethods(path);
    return take(request, reply, (raw, response) =>
      refuse(raw, response, path, missingRoute(allowed)),
    );
  });
  app.setErrorHandler((_error, request, reply) => {
    const refusal = new HttpRefusal(
      "invalid_request",
      "The request's headers cannot be read: check Content-Type.",
    );
    return take(request, reply, (raw, response) =>
      refuse(raw, response, request.raw.url ?? "/", refusal),
    );
  });

  function mount(route: Route): void {
    for (const path of route.paths) {
      app.route({
        method: [...route.methods],
        url: path,
        handler: (request, reply) =>
          take(request, reply, (raw, response) =>
            serveRequest(context, raw, response, destinationOf(route, request, targets.get(raw))),
          ),
      });
    }
  }

  await app.ready();
  if (server === null) throw new Error("fastify made no server");
  return server;
}

function take(
  request: FastifyRequest,
  reply: FastifyReply,
  serve: (raw: RawRequest, response: RawResponse) => Promise<void>,
): Promise<void> {
  reply.hijack();
  return serve(request.raw, reply.raw);
}

function destinationOf(
  route: Route,
  request: FastifyRequest,
  query: string | undefined,
): Destination {
  return {
    surface: route.surface,
    path: request.raw.url ?? "/",
    query: query ?? "",
    params: request.params as Readonly<Record<string, string>>,
    bodyBytesMax: route.limits.bodyBytesMax,
    handler: (apiRequest) => route.handler(apiRequest),
  };
}

function missingRoute(allowed: readonly string[]): HttpRefusal {
  if (allowed.length === 0) return new HttpRefusal("not_found", "There is nothing at this path.");
  return new HttpRefusal("method_not_allowed", `This path takes ${allowed.join(", ")} only.`, {
    allow: allowed.join(", "),
  });
}
