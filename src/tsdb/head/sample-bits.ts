/** One float64 and its two 32-bit words over the same memory (little-endian): see stale-marker.ts. */
export const sampleFloat: Float64Array<ArrayBuffer> = new Float64Array(1);
export const sampleWords: Uint32Array<ArrayBuffer> = new Uint32Array(sampleFloat.buffer);
