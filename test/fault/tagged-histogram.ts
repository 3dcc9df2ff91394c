import { EMPTY_HISTOGRAM, type FloatHistogram } from "#model";

/** A histogram that tells by its buckets what its sum tells: a wrong one gives itself away. */
export function taggedHistogram(tag: number): FloatHistogram {
  const whole = Math.floor(Math.abs(tag));
  const counts = Float64Array.of(whole % 7, whole, 1);
  return {
    ...EMPTY_HISTOGRAM,
    schema: 3,
    zeroThreshold: 2 ** -128,
    zeroCount: whole % 3,
    count: (whole % 3) + (whole % 7) + whole + 1,
    sum: tag,
    positive: { indexes: Int32Array.of(-2, whole % 50, 60), counts },
  };
}
