import type { Route, Surface } from "#http";

const testSurface: Surface = { name: "test", errorShape: "oauth" };

/** A route for tests of the kernel; only what matters has to be given. */
export function testRoute(route: Pick<Route, "handler"> & Partial<Omit<Route, "handler">>): Route {
  return {
    methods: ["GET", "HEAD"],
    paths: ["/metrics/v1", "/metrics/v1/"],
    surface: testSurface,
    access: { kind: "public", reason: "a test" },
    limits: { bodyBytesMax: 0 },
    summary: "A test.",
    ...route,
  };
}
