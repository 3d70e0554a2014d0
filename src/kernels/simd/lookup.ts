/** Functions of one int8 value, looked up. */

import type { Int8Table } from '../int8/lookup.ts';
import type { SimdPlan } from './simd-plan.ts';

/** Equal to `lookupInt8` of so many elements. */
export function planLookup(table: Int8Table, length: number): SimdPlan {
  return {
    constants: [table.map((_, byte) => table[(byte + 128) & 255])],
    scratchBytes: 0,
    bind({ lookupInt8 }, { inputs: [input], outputs: [output], constants: [byByte] }) {
      return () => lookupInt8(byByte, length, input, output);
    },
  };
}
