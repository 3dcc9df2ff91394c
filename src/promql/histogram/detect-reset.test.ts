import { expect, test } from "vitest";
import { detectsReset } from "./detect-reset.ts";
import { parseHistogramText } from "./histogram-text.ts";

const read = (text: string) => parseHistogramText(text).histogram;

test.each([
  ["a lower count", "{{count:2 sum:9 buckets:[2]}}", "{{count:3 sum:1 buckets:[3]}}", true],
  ["only a lower sum", "{{count:3 sum:1 buckets:[3]}}", "{{count:3 sum:9 buckets:[3]}}", false],
  ["a bucket that is gone", "{{count:4 buckets:[0 4]}}", "{{count:3 buckets:[3]}}", true],
  ["an empty bucket that is gone", "{{count:4 buckets:[4]}}", "{{count:3 buckets:[3 0 0]}}", false],
  ["a new bucket", "{{count:4 buckets:[3 1]}}", "{{count:3 buckets:[3]}}", false],
  [
    "a lower zero count",
    "{{count:4 z_bucket:1 buckets:[3]}}",
    "{{count:3 z_bucket:2 buckets:[1]}}",
    true,
  ],
  ["a finer schema", "{{schema:1 count:4 buckets:[4]}}", "{{count:3 buckets:[3]}}", true],
  ["a coarser schema", "{{count:4 buckets:[4]}}", "{{schema:1 count:3 buckets:[3]}}", false],
  ["a narrower zero bucket", "{{count:4 z_bucket_w:0.1}}", "{{count:3 z_bucket_w:0.2}}", true],
  [
    "a zero bucket that took in a bucket",
    "{{count:4 z_bucket:3 z_bucket_w:1 offset:1 buckets:[1]}}",
    "{{count:4 z_bucket:1 z_bucket_w:0.5 buckets:[2 1]}}",
    false,
  ],
  [
    "a zero bucket that ends inside a populated bucket",
    "{{count:4 z_bucket:4 z_bucket_w:0.75}}",
    "{{count:4 z_bucket:1 z_bucket_w:0.5 buckets:[3]}}",
    true,
  ],
  ["the hint", "{{count:9 counter_reset_hint:reset}}", "{{count:1}}", true],
  ["the contrary hint", "{{count:1 counter_reset_hint:not_reset}}", "{{count:9}}", false],
  [
    "custom bounds that grew with the counts",
    "{{schema:-53 count:5 custom_values:[1 2] buckets:[3 2]}}",
    "{{schema:-53 count:4 custom_values:[2] buckets:[4]}}",
    false,
  ],
  ["custom after exponential", "{{schema:-53 count:5 custom_values:[1]}}", "{{count:4}}", true],
  ["exponential after custom", "{{count:5}}", "{{schema:-53 count:4 custom_values:[1]}}", true],
])("%s", (_, current, previous, isReset) => {
  expect(detectsReset(read(current), read(previous))).toBe(isReset);
});
