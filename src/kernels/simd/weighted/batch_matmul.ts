/** Products of matrices: convolutions of single pixels, whose weights are the second factor, put in their order at every inference. */

import { alignUp } from '../../../core/alignment.ts';
import { broadcastIndex } from '../../broadcast.ts';
import type { BatchMatmulInt8 } from '../../int8/batch_matmul.ts';
import type { MatrixProducts } from '../../matrices.ts';
import { fixedOperands, type Operand, operandAddresses } from '../arithmetic/three-loops.ts';
import { floatBias, floatLimits, paddedChannels } from '../channels.ts';
import { int8ChannelConstants } from '../int8-channels.ts';
import { bandOf, int8Settings, pixelOffsets, pixelsInRows } from '../int8-settings.ts';
import { chunkOf, SUMS_BYTES } from '../product.ts';
import type { SimdPlan } from '../simd-plan.ts';
import { pixelByPixel, slidingFields } from '../sliding-fields.ts';

/** A pair of int16. */
const PAIR_BYTES = 4;

/** Which matrices meet, in the order of the products. */
function pairsOf({ batches }: MatrixProducts): (readonly [a: number, b: number])[] {
  const { a, b } = broadcastIndex(batches);
  const count = batches.counts.reduce((product, size) => product * size, 1);
  return Array.from({ length: count }, (_, batch) => [a?.[batch] ?? batch, b?.[batch] ?? batch]);
}

/** Undefined where the rows of the first factor do not lie one after another, and of two constants. */
function isPlanned(p: MatrixProducts, operands: readonly Operand[]): boolean {
  return p.a.depth === 1 && operands.includes('computed');
}

/** Equal to `batchMatmulInt8`; undefined for a first factor that lies transposed, two constants, and rows that are too long. */
export function planBatchMatmulInt8(p: BatchMatmulInt8, operands: readonly Operand[]): SimdPlan | undefined {
  const { rows, columns, depth } = p;
  const window = pixelsInRows(rows);
  const band = bandOf(window, depth);
  if (band === undefined || !isPlanned(p, operands)) return undefined;
  const channels = {
    multipliers: new Array<number>(columns).fill(p.multiplier.multiplier),
    shifts: new Array<number>(columns).fill(p.multiplier.shift),
    inputZeroPoint: p.zeroPointA,
    outputZeroPoint: p.outputZeroPoint,
    clampMin: -128,
    clampMax: 127,
  };
  const tapPairs = Math.ceil(depth / 2);
  const packedAt = alignUp(band.scratchBytes);
  return {
    constants: [
      int8Settings(channels, window, depth, band, { taps: 1, tapPairs }),
      int8ChannelConstants({ ...channels, bias: undefined }).constants,
      Int32Array.of(0),
      pixelOffsets(window, band),
      ...fixedOperands(operands),
    ],
    scratchBytes: packedAt + paddedChannels(columns) * tapPairs * PAIR_BYTES,
    bind({ packColumnsInt8, convInt8 }, { inputs, outputs: [output], scratch, constants }) {
      const [settings, ofChannels, runs, pixels, ...fixed] = constants;
      const [a, b] = operandAddresses(operands, inputs, fixed);
      const packed = scratch + packedAt;
      const products = pairsOf(p);
      return () => {
        for (const [index, [matrixA, matrixB]] of products.entries()) {
          const from = b + matrixB * columns * depth;
          packColumnsInt8(from, p.b.own, p.b.depth, columns, depth, p.zeroPointB, packed);
          const [rowsAt, to] = [a + matrixA * rows * depth, output + index * rows * columns];
          convInt8(settings, ofChannels, packed, runs, pixels, scratch, rowsAt, to);
        }
      };
    },
  };
}

/** Equal to `batchMatmulFloat`; undefined for a first factor that lies transposed, and two constants. */
export function planBatchMatmulFloat(p: MatrixProducts, operands: readonly Operand[]): SimdPlan | undefined {
  if (!isPlanned(p, operands)) return undefined;
  const { rows, columns, depth } = p;
  const window = pixelByPixel(rows);
  const bytes = Float32Array.BYTES_PER_ELEMENT;
  const chunk = chunkOf(window, depth * bytes);
  const packedAt = alignUp(chunk * SUMS_BYTES);
  return {
    constants: [
      slidingFields(window, depth),
      floatLimits({ clampMin: -Infinity, clampMax: Infinity }, columns),
      floatBias(undefined, columns),
      ...fixedOperands(operands),
    ],
    scratchBytes: packedAt + paddedChannels(columns) * depth * bytes,
    bind({ packColumnsFloat, convFloat }, { inputs, outputs: [output], scratch, constants }) {
      const [sliding, limits, bias, ...fixed] = constants;
      const [a, b] = operandAddresses(operands, inputs, fixed);
      const packed = scratch + packedAt;
      const products = pairsOf(p);
      return () => {
        for (const [index, [matrixA, matrixB]] of products.entries()) {
          packColumnsFloat(b + matrixB * columns * depth * bytes, p.b.own, p.b.depth, columns, depth, packed);
          const [rowsAt, to] = [matrixA * rows * depth, index * rows * columns];
          convFloat(
            sliding,
            limits,
            bias,
            packed,
            depth,
            chunk,
            scratch,
            a + rowsAt * bytes,
            output + to * bytes,
          );
        }
      };
    },
  };
}
