/** Pooling in float32 and int16. */

import { elementBytes } from '../../../../core/tensor.ts';
import type { PoolFloat } from '../../../../kernels/float/pool.ts';
import type { PoolQuantized } from '../../../../kernels/quantized/pool.ts';
import type { CDefinition } from '../../c-code.ts';
import { floatOf, literalOf } from '../../constant-pool.ts';
import {
  AVERAGE_POOL_FLOAT,
  AVERAGE_POOL_INT16,
  L2_POOL_FLOAT,
  MAX_POOL_FLOAT,
  MAX_POOL_INT16,
} from '../../definitions/windows/pools.ts';
import type { CStep, Emission } from '../../emitter.ts';
import { bytesBefore } from '../../window-overlap.ts';
import { forBatches } from '../images/for-batches.ts';
import { addSlidingWindow } from './products.ts';

function pool(
  definition: CDefinition,
  { label, prepared: { window: w, depth }, outputs, constants }: CStep<unknown, PoolFloat | PoolQuantized>,
  limits: readonly string[],
): Emission {
  const window = addSlidingWindow(constants, label, { window: w, inputDepth: depth }, depth);
  const pixel = depth * elementBytes(outputs[0].type.dtype);
  return {
    definitions: [definition],
    overlaps: [{ input: 0, before: bytesBefore(w, { input: pixel, output: pixel }, 'as it writes') }],
    call(places) {
      const [input, output] = [places.input(0), places.output(0)];
      return forBatches(
        w.batches,
        w.inputHeight * w.inputWidth * depth,
        w.outputHeight * w.outputWidth * depth,
        (from, to) =>
          `${definition.name}(&${window}, ${limits.join(', ')}, ${input}${from}, ${output}${to});`,
      );
    },
  };
}

function poolFloat(definition: CDefinition) {
  return (step: CStep<unknown, PoolFloat>): Emission =>
    pool(definition, step, [step.prepared.clampMin, step.prepared.clampMax].map(floatOf));
}

function poolInt16(definition: CDefinition) {
  return (step: CStep<unknown, PoolQuantized>): Emission =>
    pool(definition, step, [step.prepared.clampMin, step.prepared.clampMax].map(literalOf));
}

export const averagePool2dFloat = poolFloat(AVERAGE_POOL_FLOAT);
export const maxPool2dFloat = poolFloat(MAX_POOL_FLOAT);
export const l2Pool2dFloat = poolFloat(L2_POOL_FLOAT);
export const averagePool2dInt16 = poolInt16(AVERAGE_POOL_INT16);
export const maxPool2dInt16 = poolInt16(MAX_POOL_INT16);
