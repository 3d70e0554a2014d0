/** Places buffers as TFLM's GreedyMemoryPlanner does (greedy_memory_planner.cc, 90b983c2): same order, same gaps. */

/** A buffer to place; times count as in `PlannedBuffer`. */
export interface BufferRequest {
  readonly bytes: number;
  readonly firstUse: number;
  readonly lastUse: number;
  /** A place given beforehand, which is taken as it is, also where it overlaps another. */
  readonly offlineOffset?: number;
}

/** Given places first in their order, then by size, the largest first; of equal ones the later first. */
function placementOrder(requests: readonly BufferRequest[]): number[] {
  const indices = [...requests.keys()];
  const given = indices.filter((index) => requests[index].offlineOffset !== undefined);
  const free = indices.filter((index) => requests[index].offlineOffset === undefined).reverse();
  return [...given, ...free.sort((a, b) => requests[b].bytes - requests[a].bytes)];
}

/** The buffers that have a place, by offset; numbers side by side, as every new buffer walks over all of them. */
class Placement {
  readonly #requests: readonly BufferRequest[];
  readonly #byOffset: Int32Array;
  readonly #firstUses: Int32Array;
  readonly #lastUses: Int32Array;
  readonly offsets: Float64Array;
  readonly #ends: Float64Array;
  #count = 0;

  constructor(requests: readonly BufferRequest[]) {
    this.#requests = requests;
    this.#byOffset = new Int32Array(requests.length);
    this.#firstUses = Int32Array.from(requests, ({ firstUse }) => firstUse);
    this.#lastUses = Int32Array.from(requests, ({ lastUse }) => lastUse);
    this.offsets = new Float64Array(requests.length);
    this.#ends = new Float64Array(requests.length);
  }

  /** The first gap that is large enough, between those in use at the same time. */
  freeOffset({ bytes, firstUse, lastUse }: BufferRequest): number {
    let offset = 0;
    for (let rank = 0; rank < this.#count; rank++) {
      const placed = this.#byOffset[rank];
      if (this.#firstUses[placed] > lastUse || firstUse > this.#lastUses[placed]) continue;
      if (this.offsets[placed] - offset >= bytes) break;
      offset = Math.max(offset, this.#ends[placed]);
    }
    return offset;
  }

  /** Behind those at the same offset. */
  place(index: number, offset: number): void {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.offsets[this.#byOffset[middle]] > offset) high = middle;
      else low = middle + 1;
    }
    this.#byOffset.copyWithin(low + 1, low, this.#count);
    this.#byOffset[low] = index;
    this.#count++;
    this.offsets[index] = offset;
    this.#ends[index] = offset + this.#requests[index].bytes;
  }
}

/** The offset of each request. Time is quadratic in their number, as in TFLM. */
export function placeGreedily(requests: readonly BufferRequest[]): number[] {
  const placement = new Placement(requests);
  for (const index of placementOrder(requests)) {
    const request = requests[index];
    placement.place(index, request.offlineOffset ?? placement.freeOffset(request));
  }
  return Array.from(placement.offsets);
}
