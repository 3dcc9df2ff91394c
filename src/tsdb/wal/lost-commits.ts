import { existsSync, readFileSync } from "node:fs";

/**
 * Looks for damage that SQLite passes over. It replays its `-wal` file up to the first frame whose
 * checksum fails and takes the rest for the torn end of a crash, though whole transactions may
 * follow. What sets the two apart: behind a torn end there is at most the rest of the one
 * transaction that was being written, because every commit is synced before the next one starts. So
 * a commit frame of the same generation with more such frames behind it is a commit that is lost.
 * Frames of an earlier generation (other salts) always lie behind the last one, and do not count.
 *
 * Layout and checksum: https://sqlite.org/fileformat2.html#walformat
 */
const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
/** Its lowest bit says in which byte order checksums are computed. */
const MAGIC = 0x377f0682;

/** At least so many commits lie out of reach behind a damaged place; 0 for a sound or torn file. */
export function countLostCommits(walFile: string): number {
  if (!existsSync(walFile)) return 0;
  const bytes = readFileSync(walFile);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length <= HEADER_BYTES + FRAME_HEADER_BYTES) return 0;
  const sum = new Uint32Array(2);
  addChecksum(view, 0, HEADER_BYTES - 8, sum);
  // The header is written and synced before the first frame: a wrong one before frames is damage.
  if (((view.getUint32(0) ^ MAGIC) & ~1) !== 0 || !isSum(view, HEADER_BYTES - 8, sum)) return 1;
  const frameBytes = FRAME_HEADER_BYTES + view.getUint32(8);
  let commits = 0;
  let last = 0;
  for (let at = firstBadFrame(view, frameBytes, sum); at < view.byteLength; at += frameBytes) {
    if (at + frameBytes > view.byteLength || !isOfGeneration(view, at)) continue;
    commits += last;
    last = view.getUint32(at + 4) === 0 ? 0 : 1;
  }
  return commits;
}

/** Where the first frame starts that SQLite would not take. */
function firstBadFrame(view: DataView, frameBytes: number, sum: Uint32Array): number {
  let at = HEADER_BYTES;
  for (; at + frameBytes <= view.byteLength; at += frameBytes) {
    addChecksum(view, at, 8, sum);
    addChecksum(view, at + FRAME_HEADER_BYTES, frameBytes - FRAME_HEADER_BYTES, sum);
    if (!isOfGeneration(view, at) || !isSum(view, at + 16, sum)) break;
  }
  return at;
}

function isOfGeneration(view: DataView, frame: number): boolean {
  return (
    view.getUint32(frame + 8) === view.getUint32(16) &&
    view.getUint32(frame + 12) === view.getUint32(20)
  );
}

function isSum(view: DataView, at: number, sum: Uint32Array): boolean {
  return view.getUint32(at) === sum[0] && view.getUint32(at + 4) === sum[1];
}

/** SQLite's running checksum: two words at a time, each sum feeding the other. */
function addChecksum(view: DataView, from: number, length: number, sum: Uint32Array): void {
  const littleEndian = (view.getUint32(0) & 1) === 0;
  let first = sum[0] as number;
  let second = sum[1] as number;
  for (let at = from; at < from + length; at += 8) {
    first = (first + view.getUint32(at, littleEndian) + second) >>> 0;
    second = (second + view.getUint32(at + 4, littleEndian) + first) >>> 0;
  }
  sum[0] = first;
  sum[1] = second;
}
