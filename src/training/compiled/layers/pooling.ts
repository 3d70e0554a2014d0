/** Pooling over windows and over everything, and zeros around images. */

import type { Geometry } from '../../../kernels/training/kernels.ts';
import { NOT_DILATED } from '../../../ops/window.ts';
import { zero } from '../run.ts';
import type { Slot, StepPlan } from '../step-plan.ts';
import { planDerivative } from './activation.ts';
import { imageShape, pair, windowGeometry } from './geometry.ts';
import type { CompileLayer, Rectifier } from './layer.ts';

const FLOAT_BYTES = 4;

/** A window inside the image. */
const INSIDE = { strides: [1, 1], dilations: NOT_DILATED, padding: 'valid' } as const;

export type Kind = 'max' | 'average';

/** `rectifier` is the activation of what is pooled, where a max pool derives it: what it chose tells what the function let through. */
export function pool(
  plan: StepPlan,
  kind: Kind,
  input: Slot,
  output: Slot,
  g: Geometry,
  rectifier: Rectifier = 'linear',
): Slot {
  const geometry = plan.geometry(g);
  const indices = kind === 'max' ? plan.reserve(plan.rows * output.size) : 0;
  const imageBytes = input.size * FLOAT_BYTES;
  const outputBytes = output.size * FLOAT_BYTES;
  plan.forward.addBySample({
    calls({ kernels }, first, end) {
      for (let row = first; row < end; row++) {
        const image = input.address + row * imageBytes;
        const to = output.address + row * outputBytes;
        if (kind === 'max') kernels.maxPool(geometry, image, to, indices + row * outputBytes);
        else kernels.averagePool(geometry, image, to);
      }
    },
  });
  const { gradient } = output;
  const dInput = input.gradient;
  if (gradient === undefined || dInput === undefined) return output;
  plan.backward.addBySample({
    calls(run, first, end) {
      const { kernels } = run;
      zero(run, dInput + first * imageBytes, (end - first) * input.size);
      for (let row = first; row < end; row++) {
        const from = gradient + row * outputBytes;
        const to = dInput + row * imageBytes;
        if (kind === 'max') kernels.scatterAdd(indices + row * outputBytes, from, to, output.size);
        else kernels.averagePoolBackward(geometry, from, to);
      }
    },
  });
  if (rectifier !== 'linear') planDerivative(plan, rectifier, output, output);
  return output;
}

interface PoolSpec {
  readonly poolSize: number | readonly number[];
  readonly strides?: number | readonly number[] | undefined;
  readonly padding: 'valid' | 'same';
}

export function compilePool(kind: Kind, rank: 1 | 2): CompileLayer<PoolSpec> {
  return ({ poolSize, strides = poolSize, padding }, { plan, input, outputShape, rectifier }) => {
    const window = {
      filter: pair(poolSize, rank),
      strides: pair(strides, rank),
      dilations: NOT_DILATED,
      padding,
    };
    const g = windowGeometry(input.shape, outputShape, window);
    return pool(plan, kind, input, plan.slot(outputShape, input.gradient !== undefined), g, rectifier);
  };
}

export function compileGlobalPool(kind: Kind): CompileLayer<unknown> {
  return (_, { plan, input, outputShape, rectifier }) => {
    const [height, width, channels] = imageShape(input.shape);
    const window = { filter: [height, width], ...INSIDE } as const;
    const g = windowGeometry(input.shape, [1, 1, channels], window);
    return pool(plan, kind, input, plan.slot(outputShape, input.gradient !== undefined), g, rectifier);
  };
}

type Sides = readonly [readonly [number, number], readonly [number, number]];

/** A window of one element that starts outside the image. */
export const compileZeroPadding: CompileLayer<{ readonly padding: unknown }> = (
  { padding },
  { plan, input, outputShape },
) => {
  const [[top], [left]] = padding as Sides;
  const output = plan.slot(outputShape, input.gradient !== undefined);
  const window = { filter: [1, 1], ...INSIDE } as const;
  const g = { ...windowGeometry(input.shape, outputShape, window), padTop: top, padLeft: left };
  const geometry = plan.geometry(g);
  const imageBytes = input.size * FLOAT_BYTES;
  const outputBytes = output.size * FLOAT_BYTES;
  plan.forward.addBySample({
    calls({ kernels }, first, end) {
      for (let row = first; row < end; row++) {
        const to = output.address + row * outputBytes;
        kernels.imageToColumns(geometry, input.address + row * imageBytes, to);
      }
    },
  });
  const { gradient } = output;
  const to = input.gradient;
  if (gradient === undefined || to === undefined) return output;
  plan.backward.addBySample({
    calls(run, first, end) {
      zero(run, to + first * imageBytes, (end - first) * input.size);
      for (let row = first; row < end; row++) {
        run.kernels.columnsToImage(geometry, gradient + row * outputBytes, to + row * imageBytes);
      }
    },
  });
  return output;
};
