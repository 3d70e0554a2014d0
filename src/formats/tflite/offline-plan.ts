/** The metadata `OfflineMemoryAllocation`, with which a model tells TFLM where its tensors lie in the arena. */

export const OFFLINE_PLAN = 'OfflineMemoryAllocation';

/** int32: version, number of subgraphs, number of offsets; the offsets follow. TFLM reads the last alone. */
export const OFFLINE_PLAN_HEADER_BYTES = 12;

const VERSION = 1;
const SUBGRAPHS = 1;

/** The metadata of a model with one subgraph, one offset for each tensor. */
export function offlinePlanBytes(offsets: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(OFFLINE_PLAN_HEADER_BYTES + 4 * offsets.length);
  const view = new DataView(bytes.buffer);
  [VERSION, SUBGRAPHS, offsets.length, ...offsets].forEach((value, index) => {
    view.setInt32(4 * index, value, true);
  });
  return bytes;
}
