/** Places buffers as TFLM's GreedyMemoryPlanner does (greedy_memory_planner.cc, 90b983c2): same order, same gaps. */

/** A buffer to place; times count as in `PlannedBuffer`. */
export interface BufferRequest {
  readonly bytes: number;
  readonly firstUse: number;
  readonly lastUse: number;
  /** A place given beforehand, which is taken as it is, also where it overlaps another. */
  readonly offlineOffset?: number;
}

interface Placed extends BufferRequest {
  readonly offset: number;
}

/** Given places first in their order, then by size, the largest first; of equal ones the later first. */
function placementOrder(requests: readonly BufferRequest[]): number[] {
  const indices = [...requests.keys()];
  const given = indices.filter((index) => requests[index].offlineOffset !== undefined);
  const free = indices.filter((index) => requests[index].offlineOffset === undefined).reverse();
  return [...given, ...free.sort((a, b) => requests[b].bytes - requests[a].bytes)];
}

/** The first gap that is large enough, between those in use at the same time. */
function freeOffset(request: BufferRequest, byOffset: readonly Placed[]): number {
  let offset = 0;
  for (const placed of byOffset) {
    if (placed.firstUse > request.lastUse || request.firstUse > placed.lastUse) continue;
    if (placed.offset - offset >= request.bytes) break;
    offset = Math.max(offset, placed.offset + placed.bytes);
  }
  return offset;
}

function insert(byOffset: Placed[], placed: Placed): void {
  let low = 0;
  let high = byOffset.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (byOffset[middle].offset > placed.offset) high = middle;
    else low = middle + 1;
  }
  byOffset.splice(low, 0, placed);
}

/** The offset of each request. Time is quadratic in their number, as in TFLM. */
export function placeGreedily(requests: readonly BufferRequest[]): number[] {
  const byOffset: Placed[] = [];
  const offsets: number[] = Array(requests.length).fill(0);
  for (const index of placementOrder(requests)) {
    const request = requests[index];
    const offset = request.offlineOffset ?? freeOffset(request, byOffset);
    offsets[index] = offset;
    insert(byOffset, { ...request, offset });
  }
  return offsets;
}
