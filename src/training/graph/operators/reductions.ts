/** Pools, means, sums and extremes over axes, and softmax. */

import type { Shape } from '../../../core/tensor.ts';
import { operandIndex, operandSteps } from '../../../kernels/broadcast.ts';
import type { AttributesOf } from '../../../ops/index.ts';
import { NOT_DILATED } from '../../../ops/window.ts';
import { activationLayer } from '../../compiled/layers/activation.ts';
import { windowGeometry } from '../../compiled/layers/geometry.ts';
import { type Kind as PoolKind, pool } from '../../compiled/layers/pooling.ts';
import { samplesOf } from '../../compiled/run.ts';
import type { Slot } from '../../compiled/step-plan.ts';
import {
  type CompileOperator,
  computed,
  type OperatorContext,
  requireOneImage,
  untrainable,
} from './operator.ts';

export function compilePool(kind: PoolKind) {
  return (
    { filter, strides, padding }: AttributesOf<'average_pool_2d'>,
    context: OperatorContext,
  ): readonly Slot[] => {
    requireOneImage(context);
    const { plan, learns, outputShapes } = context;
    const input = computed(context);
    const output = plan.slot(outputShapes[0], learns);
    const window = { filter, strides, padding, dilations: NOT_DILATED };
    const geometry = windowGeometry(input.shape.slice(1), output.shape.slice(1), window);
    return [context.finish(pool(plan, kind, input, output, geometry))];
  };
}

export const compileSoftmax: CompileOperator<'softmax'> = ({ beta }, context) => {
  if (beta !== 1) throw untrainable(context, `has a beta of ${beta}, which no gradient is written for`);
  return [context.finish(activationLayer(context.plan, 'softmax', computed(context)))];
};

/** For every element of the input, the element of the output that it falls upon. */
function falls(shape: Shape, axes: readonly number[]): Int32Array | undefined {
  const kept = shape.map((dimension, axis) => (axes.includes(axis) ? 1 : dimension));
  return operandIndex(shape, operandSteps(kept, shape));
}

function compileSum(context: OperatorContext, axes: readonly number[], mean: boolean): readonly Slot[] {
  const { plan, learns, outputShapes } = context;
  const input = computed(context);
  const output = plan.slot(outputShapes[0], learns);
  const onto = falls(input.shape, axes);
  const factor = mean ? output.size / input.size : 1;
  plan.forward.addBySample((run, first, end) => {
    const [x, y] = [input, output].map(({ address, size }) => samplesOf(run, address, size, first, end));
    y.fill(0);
    for (let row = 0; row < end - first; row++) {
      for (let i = 0; i < input.size; i++) {
        y[row * output.size + (onto?.[i] ?? i)] += x[row * input.size + i] * factor;
      }
    }
  });
  const [dy, dx] = [output.gradient, input.gradient];
  if (dy === undefined || dx === undefined) return [context.finish(output)];
  plan.backward.addBySample((run, first, end) => {
    const own = samplesOf(run, dx, input.size, first, end);
    const its = samplesOf(run, dy, output.size, first, end);
    for (let row = 0; row < end - first; row++) {
      for (let i = 0; i < input.size; i++) {
        own[row * input.size + i] = its[row * output.size + (onto?.[i] ?? i)] * factor;
      }
    }
  });
  return [context.finish(output)];
}

export const compileMean: CompileOperator<'mean'> = ({ axes }, context) => compileSum(context, axes, true);
export const compileSumOf: CompileOperator<'sum'> = ({ axes }, context) => compileSum(context, axes, false);

/** The gradient goes to the first element that is as large as the maximum. */
export const compileReduceMax: CompileOperator<'reduce_max'> = ({ axes }, context) => {
  const { plan, learns, outputShapes } = context;
  const input = computed(context);
  const output = plan.slot(outputShapes[0], learns);
  const onto = falls(input.shape, axes);
  // As float32, which counts to 2^24: another thread may go back.
  const winners = plan.reserve(plan.rows * output.size);
  plan.forward.addBySample((run, first, end) => {
    const [x, y] = [input, output].map(({ address, size }) => samplesOf(run, address, size, first, end));
    const won = samplesOf(run, winners, output.size, first, end);
    y.fill(-Infinity);
    won.fill(0);
    for (let at = 0; at < x.length; at++) {
      const place = at % input.size;
      const to = Math.floor(at / input.size) * output.size + (onto?.[place] ?? place);
      if (!(x[at] > y[to])) continue;
      y[to] = x[at];
      won[to] = place;
    }
  });
  const [dy, dx] = [output.gradient, input.gradient];
  if (dy !== undefined && dx !== undefined) {
    plan.backward.addBySample((run, first, end) => {
      const own = samplesOf(run, dx, input.size, first, end);
      const its = samplesOf(run, dy, output.size, first, end);
      const won = samplesOf(run, winners, output.size, first, end);
      own.fill(0);
      for (let to = 0; to < its.length; to++)
        own[Math.floor(to / output.size) * input.size + won[to]] += its[to];
    });
  }
  return [context.finish(output)];
};
