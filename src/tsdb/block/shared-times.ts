/**
 * Finds timestamp columns that a block has already: all series of one scrape have the same. Columns are
 * compared byte by byte (a hash only says where to look), so what is shared is equal.
 */
const REMEMBERED_BYTES_MAX = 32 * 2 ** 20;
const PROBES = 6;

interface RememberedColumn {
  readonly id: number;
  readonly bytes: Uint8Array;
}

export class SharedTimes {
  count = 0;
  /** In order of last use; the oldest are forgotten above the limit, and then stored again. */
  readonly #columns = new Map<number, RememberedColumn>();
  #rememberedBytes = 0;

  /** The id of the column of the first `length` timestamps; `isNew` if it is still to be stored. */
  idOf(timestampsMs: Float64Array, length: number): { id: number; isNew: boolean } {
    const bytes = new Uint8Array(timestampsMs.buffer, timestampsMs.byteOffset, length * 8);
    const hash = probe(timestampsMs, length);
    const known = this.#columns.get(hash);
    if (known !== undefined) {
      this.#columns.delete(hash);
      if (Buffer.compare(known.bytes, bytes) === 0) {
        this.#columns.set(hash, known);
        return { id: known.id, isNew: false };
      }
      this.#rememberedBytes -= known.bytes.length;
    }
    const id = this.count++;
    this.#columns.set(hash, { id, bytes: bytes.slice() });
    this.#rememberedBytes += bytes.length;
    this.#forgetOldest();
    return { id, isNew: true };
  }

  #forgetOldest(): void {
    for (const [hash, column] of this.#columns) {
      if (this.#rememberedBytes <= REMEMBERED_BYTES_MAX) return;
      this.#columns.delete(hash);
      this.#rememberedBytes -= column.bytes.length;
    }
  }
}

/** Mixes the length and a few timestamps from all over the column. */
function probe(timestampsMs: Float64Array, length: number): number {
  let hash = length;
  for (let i = 0; i <= PROBES; i++) {
    const time = timestampsMs[Math.floor(((length - 1) * i) / PROBES)] as number;
    hash = (Math.imul(hash ^ (time % 0x7fffffff), 0x9e3779b1) + (hash >>> 15)) >>> 0;
  }
  return hash;
}
