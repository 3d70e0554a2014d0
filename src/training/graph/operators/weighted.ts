/** fully_connected, conv_2d and depthwise_conv_2d, with weights as the graph lays them out. */

import type { Shape } from '../../../core/tensor.ts';
import type { Geometry } from '../../../kernels/training/kernels.ts';
import type { Padding, Pair } from '../../../ops/window.ts';
import { convolve, convolveChannels, isPointwise } from '../../compiled/layers/convolution.ts';
import { addBias, learnBias, multiplyRows } from '../../compiled/layers/dense.ts';
import { windowGeometry } from '../../compiled/layers/geometry.ts';
import type { Slot, StepPlan, Weight } from '../../compiled/step-plan.ts';
import {
  type CompileOperator,
  computed,
  type OperatorContext,
  requireOneImage,
  untrainable,
} from './operator.ts';

function weightsOf(context: OperatorContext): Weight {
  const weights = context.weight(1);
  if (weights !== undefined) return weights;
  throw untrainable(context, 'has weights that are computed');
}

/** Weights [n, …] as the kernels want them, [k, n]; their gradient comes back the same way. */
function turned(plan: StepPlan, weights: Weight, learns: boolean): Weight {
  const [n] = weights.shape;
  const k = weights.size / n;
  const address = plan.reserve(weights.size);
  plan.forward.add(({ kernels }) => kernels.transpose(weights.address, n, k, address, n));
  const to = weights.gradient;
  const shape = [k, n];
  if (!learns || to === undefined) return { shape, size: weights.size, address };
  const gradient = plan.reserve(weights.size);
  plan.backward.add(({ kernels }) => kernels.transpose(gradient, k, n, to, k));
  return { shape, size: weights.size, address, gradient };
}

function end(context: OperatorContext, output: Slot): readonly Slot[] {
  const bias = context.weight(2);
  if (bias !== undefined) {
    addBias(context.plan, 'linear', bias, output);
    if (output.gradient !== undefined)
      learnBias(context.plan, bias, output.gradient, output.size / bias.size);
  }
  return [context.finish(output)];
}

export const compileFullyConnected: CompileOperator<'fully_connected'> = (_, context) => {
  const { plan, learns, outputShapes } = context;
  const output = plan.slot(outputShapes[0], learns);
  multiplyRows(plan, computed(context), turned(plan, weightsOf(context), learns), output);
  return end(context, output);
};

interface Window {
  readonly padding: Padding;
  readonly strides: Pair;
  readonly dilations: Pair;
}

/** Of one image. */
function geometryOf(
  { padding, strides, dilations }: Window,
  input: Shape,
  filter: Pair,
  output: Shape,
): Geometry {
  return windowGeometry(input.slice(1), output.slice(1), { padding, strides, dilations, filter });
}

export const compileConv2d: CompileOperator<'conv_2d'> = (attributes, context) => {
  requireOneImage(context);
  const { plan, learns, outputShapes } = context;
  const input = computed(context);
  const weights = weightsOf(context);
  const [, height, width, depth] = weights.shape;
  if (depth !== input.shape[3]) {
    throw untrainable(context, 'convolves groups of channels, which no gradient is written for');
  }
  const output = plan.slot(outputShapes[0], learns);
  const geometry = geometryOf(attributes, input.shape, [height, width], output.shape);
  const kernel = turned(plan, weights, learns);
  if (isPointwise(geometry)) multiplyRows(plan, input, kernel, output);
  else convolve(plan, input, kernel, output, geometry);
  return end(context, output);
};

export const compileDepthwiseConv2d: CompileOperator<'depthwise_conv_2d'> = (attributes, context) => {
  requireOneImage(context);
  const { plan, learns, outputShapes } = context;
  const input = computed(context);
  const weights = weightsOf(context);
  const [, height, width] = weights.shape;
  const output = plan.slot(outputShapes[0], learns);
  const geometry = geometryOf(attributes, input.shape, [height, width], output.shape);
  convolveChannels(plan, input, weights, output, geometry);
  return end(context, output);
};
