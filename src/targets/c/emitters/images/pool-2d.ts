import type { PoolQuantized } from '../../../../kernels/quantized/pool.ts';
import type { CDefinition } from '../../c-code.ts';
import { AVERAGE_POOL, MAX_POOL } from '../../definitions/pooling.ts';
import type { CStep, Emission } from '../../emitter.ts';
import { bytesBefore, pixelsMayLieInPlace } from '../../window-overlap.ts';
import { forBatches } from './for-batches.ts';

function poolInt8(
  pool: CDefinition,
  { label, prepared: p, constants }: CStep<unknown, PoolQuantized>,
): Emission {
  const { window: w, depth } = p;
  const name = constants.addStruct(label, 'struct pool', {
    input_height: w.inputHeight,
    input_width: w.inputWidth,
    depth,
    output_height: w.outputHeight,
    output_width: w.outputWidth,
    filter_height: w.filterHeight,
    filter_width: w.filterWidth,
    stride_height: w.strideHeight,
    stride_width: w.strideWidth,
    top: w.padTop,
    left: w.padLeft,
    least: p.clampMin,
    most: p.clampMax,
  });
  return {
    definitions: [pool],
    inPlace: pixelsMayLieInPlace(w) ? [0] : [],
    overlaps: [{ input: 0, before: bytesBefore(w, { input: depth, output: depth }, 'as it writes') }],
    call(places) {
      const [input, output] = [places.input(0), places.output(0)];
      return forBatches(
        w.batches,
        w.inputHeight * w.inputWidth * depth,
        w.outputHeight * w.outputWidth * depth,
        (nextInput, nextOutput) => `${pool.name}(&${name}, ${input}${nextInput}, ${output}${nextOutput});`,
      );
    },
  };
}

export function averagePool2dInt8(step: CStep<unknown, PoolQuantized>): Emission {
  return poolInt8(AVERAGE_POOL, step);
}

export function maxPool2dInt8(step: CStep<unknown, PoolQuantized>): Emission {
  return poolInt8(MAX_POOL, step);
}
