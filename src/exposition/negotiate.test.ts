import { expect, test } from "vitest";
import { negotiateExposition } from "./negotiate.ts";

const openMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const oldOpenMetrics = "application/openmetrics-text; version=0.0.1; charset=utf-8";
const text = "text/plain; version=0.0.4; charset=utf-8";
const text1 = "text/plain; version=1.0.0; charset=utf-8";
const utf8 = "; escaping=allow-utf-8";

/** What clients really send: Prometheus, vmagent, Datadog, curl (see docs/formats/exposition.md). */
test.each([
  [undefined, text],
  ["", text],
  ["*/*", openMetrics],
  ["application/*", openMetrics],
  ["text/*", text],
  ["application/json", text],
  ["application/json, */*;q=0.1", openMetrics],
  ["text/plain", text],
  ["text/plain;version=0.0.4;q=1,*/*;q=0.1", text],
  [
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
    openMetrics,
  ],
  [
    "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
    openMetrics,
  ],
  [
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
    openMetrics + utf8,
  ],
  [
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;escaping=allow-utf-8;q=0.6,*/*;q=0.2",
    openMetrics + utf8,
  ],
  [
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,application/openmetrics-text;version=1.0.0;q=0.6,text/plain;q=0.5",
    openMetrics,
  ],
  [
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
    text,
  ],
  ["application/openmetrics-text", openMetrics],
  ["application/openmetrics-text;version=0.0.1", oldOpenMetrics],
  ["application/openmetrics-text;version=2.0.0", text],
  ["application/openmetrics-text;version=1.0.0;q=0.3,text/plain;q=0.4", text],
  ["application/openmetrics-text;version=1.0.0;q=0.4,text/plain;q=0.4", openMetrics],
  ["application/openmetrics-text;q=0,*/*", text],
  ["text/*, application/*;q=0.5", text],
  ["text/plain;version=1.0.0;escaping=values", `${text1}; escaping=values`],
  ["text/plain;version=1.0.0", text1],
  ["text/plain;escaping=nonsense", text],
  ["APPLICATION/OpenMetrics-Text; Version=1.0.0", openMetrics],
  [";;;,q=,/,text", text],
])("%s gets %s", (accept, contentType) => {
  const negotiated = negotiateExposition(accept);
  expect(negotiated.contentType).toBe(contentType);
});

test("names are escaped with underscores unless the chosen entry says otherwise", () => {
  expect(negotiateExposition("*/*").escaping).toBe("underscores");
  const other = "text/plain;escaping=dots;q=0.1, application/openmetrics-text";
  expect(negotiateExposition(other).escaping).toBe("underscores");
  expect(negotiateExposition("text/plain;escaping=dots").escaping).toBe("dots");
});
