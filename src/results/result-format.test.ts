import { expect, test } from "vitest";
import { chooseResultFormat, contentDispositionOf, contentTypeOf } from "./result-format.ts";

test.each([
  [null, "json"],
  ["", "json"],
  ["*/*", "json"],
  ["application/json", "json"],
  ["application/*", "json"],
  ["application/json, text/plain, */*", "json"],
  ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "json"],
  ["text/csv", "csv"],
  ["Text/CSV; header=present", "csv"],
  ["text/*", "csv"],
  ["text/csv, application/json", "json"],
  ["text/csv, application/json;q=0.9", "csv"],
  ["text/csv, */*;q=0.1", "csv"],
  ["application/json;q=0, */*", "csv"],
  ["application/x-ndjson", "ndjson"],
  ["application/jsonl", "ndjson"],
  ["application/vnd.apache.parquet", "parquet"],
  ["application/vnd.apache.parquet;q=0.2, text/csv;q=0.1", "parquet"],
])("Accept %j gets %s", (accept, format) => {
  expect(chooseResultFormat(null, accept)).toEqual({ format });
});

test.each(["text/html", "application/json;q=0", "image/*, text/plain", "nonsense"])(
  "Accept %j gets a refusal that names what there is",
  (accept) => {
    const choice = chooseResultFormat(null, accept);
    expect(choice).toMatchObject({ errorType: "not_acceptable" });
    expect(choice).toHaveProperty("message", expect.stringContaining("text/csv"));
  },
);

test("the parameter wins over the header, and has to exist", () => {
  expect(chooseResultFormat("parquet", "text/html")).toEqual({ format: "parquet" });
  expect(chooseResultFormat("", "text/csv")).toEqual({ format: "csv" });
  expect(chooseResultFormat("xml", "text/csv")).toEqual({
    errorType: "bad_data",
    message: 'invalid parameter "format": "xml" is none of json, csv, ndjson, parquet',
  });
});

test("tables are stored under a telling name, JSON is shown", () => {
  expect(contentDispositionOf("csv", 1_700_000_000_123)).toBe(
    'attachment; filename="query-20231114T221320Z.csv"',
  );
  expect(contentDispositionOf("parquet", 0)).toContain(".parquet");
  expect(contentDispositionOf("json", 0)).toBeNull();
  expect(contentTypeOf("json")).toBe("application/json");
});
