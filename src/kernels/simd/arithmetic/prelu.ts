/** int8 PRELU with constant slopes: a function of one byte for every slope that there is. */

import { int8Table } from '../../int8/lookup.ts';
import { type PreluQuantized, preluOf } from '../../quantized/prelu.ts';
import type { SimdPlan } from '../simd-plan.ts';
import { loopFields, threeLoops } from './three-loops.ts';

const TABLE_BYTES = 256;
const OFFSET_BYTES = 4;

/** Tables of results by byte, of each value of `alpha` in the order in which they come, and where that of every element begins. */
function tablesOf(p: PreluQuantized, alpha: Int8Array): { tables: Int8Array; offsets: Int32Array } {
  const slopes = [...new Set(alpha)];
  const tables = new Int8Array(slopes.length * TABLE_BYTES);
  for (const [index, slope] of slopes.entries()) {
    const table = int8Table((value) => preluOf(p, value, slope));
    tables.set(
      table.map((_, byte) => table[(byte + 128) & 255]),
      index * TABLE_BYTES,
    );
  }
  return { tables, offsets: Int32Array.from(alpha, (slope) => slopes.indexOf(slope) * TABLE_BYTES) };
}

/** Equal to `preluQuantized` of int8; undefined in short rows and intricate patterns. */
export function planPreluInt8(p: PreluQuantized, alpha: Int8Array): SimdPlan | undefined {
  const loops = threeLoops(p.broadcast);
  if (loops === undefined) return undefined;
  const { tables, offsets } = tablesOf(p, alpha);
  return {
    constants: [loopFields(loops, 1, OFFSET_BYTES), tables, offsets],
    scratchBytes: 0,
    bind({ lookupPairsInt8 }, { inputs: [input], outputs: [output], constants: [fields, all, ofElements] }) {
      return () => lookupPairsInt8(fields, all, ofElements, input, output);
    },
  };
}
