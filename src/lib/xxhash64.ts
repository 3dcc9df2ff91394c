/**
 * XXH64 with seed 0 (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md), for the few
 * places that must agree with programs that hash with it. Written for that, not for speed.
 */
const PRIME_1 = 0x9e3779b185ebca87n;
const PRIME_2 = 0xc2b2ae3d27d4eb4fn;
const PRIME_3 = 0x165667b19e3779f9n;
const PRIME_4 = 0x85ebca77c2b2ae63n;
const PRIME_5 = 0x27d4eb2f165667c5n;
const STRIPE_BYTES = 32;

export function xxhash64(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const striped = bytes.length - (bytes.length % STRIPE_BYTES);
  const start = striped === 0 ? PRIME_5 : hashStripes(view, striped);
  return avalanche(hashTail(wrap(start + BigInt(bytes.length)), view, striped));
}

function hashStripes(view: DataView, end: number): bigint {
  const lanes = [wrap(PRIME_1 + PRIME_2), PRIME_2, 0n, wrap(-PRIME_1)];
  for (let offset = 0; offset < end; offset += 8) {
    const lane = (offset / 8) % 4;
    lanes[lane] = round(lanes[lane] ?? 0n, view.getBigUint64(offset, true));
  }
  const [a = 0n, b = 0n, c = 0n, d = 0n] = lanes;
  const joined = rotate(a, 1n) + rotate(b, 7n) + rotate(c, 12n) + rotate(d, 18n);
  return lanes.reduce(
    (hash, lane) => wrap((hash ^ round(0n, lane)) * PRIME_1 + PRIME_4),
    wrap(joined),
  );
}

function hashTail(start: bigint, view: DataView, from: number): bigint {
  let hash = start;
  let offset = from;
  for (; offset + 8 <= view.byteLength; offset += 8) {
    const word = round(0n, view.getBigUint64(offset, true));
    hash = wrap(rotate(hash ^ word, 27n) * PRIME_1 + PRIME_4);
  }
  if (offset + 4 <= view.byteLength) {
    const word = BigInt(view.getUint32(offset, true));
    hash = wrap(rotate(hash ^ wrap(word * PRIME_1), 23n) * PRIME_2 + PRIME_3);
    offset += 4;
  }
  for (; offset < view.byteLength; offset += 1) {
    const byte = BigInt(view.getUint8(offset));
    hash = wrap(rotate(hash ^ wrap(byte * PRIME_5), 11n) * PRIME_1);
  }
  return hash;
}

function avalanche(hash: bigint): bigint {
  const first = wrap((hash ^ (hash >> 33n)) * PRIME_2);
  const second = wrap((first ^ (first >> 29n)) * PRIME_3);
  return second ^ (second >> 32n);
}

function round(lane: bigint, word: bigint): bigint {
  return wrap(rotate(wrap(lane + word * PRIME_2), 31n) * PRIME_1);
}

function rotate(value: bigint, bits: bigint): bigint {
  return wrap(value << bits) | (value >> (64n - bits));
}

function wrap(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}
