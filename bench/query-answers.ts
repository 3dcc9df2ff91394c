interface MatrixAnswer {
  readonly status: string;
  readonly error?: string;
  readonly data?: { readonly result: readonly AnswerSeries[] };
}

interface AnswerSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [timeSeconds: number, value: string])[];
}

/** Sums may be added in other orders. */
const TOLERANCE = 1e-9;

/** Where two matrices in Prometheus' JSON first differ, or null. */
export function differenceOfAnswers(body: string, expectedBody: string): string | null {
  const answer = JSON.parse(body) as MatrixAnswer;
  if (answer.data === undefined) return `no answer: ${answer.error}`;
  const series = byLabels(answer);
  const expected = byLabels(JSON.parse(expectedBody) as MatrixAnswer);
  if (series.size !== expected.size) return `${series.size} series, not ${expected.size}`;
  for (const [labels, values] of expected) {
    const found = series.get(labels);
    if (found === undefined) return `no series ${labels}`;
    if (found.length !== values.length) {
      return `${labels}: ${found.length} points, not ${values.length}`;
    }
    for (const [i, [timeSeconds, text]] of values.entries()) {
      const [foundSeconds, foundText] = found[i] ?? [0, ""];
      if (foundSeconds !== timeSeconds || !isAlmost(Number(foundText), Number(text))) {
        return `${labels}: ${foundText} at ${foundSeconds}, not ${text} at ${timeSeconds}`;
      }
    }
  }
  return null;
}

function byLabels({ data }: MatrixAnswer): Map<string, AnswerSeries["values"]> {
  return new Map(
    (data?.result ?? []).map(({ metric, values }) => [
      JSON.stringify(Object.entries(metric).toSorted(([a], [b]) => (a < b ? -1 : 1))),
      values,
    ]),
  );
}

function isAlmost(a: number, b: number): boolean {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b);
  return a === b || Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
}
