/** Puts operators of low rank in a layer's place. */

import { elementCount, type Shape } from '../../../core/tensor.ts';
import { nodeOf } from '../../../ir/builder.ts';
import type { Node, ValueId } from '../../../ir/graph.ts';
import { nodeWith, type Rewrite } from '../../../ir/rewrite.ts';
import { opOf } from '../../../ops/index.ts';
import { type Matrix, product } from './matrix.ts';
import type { Moments } from './patch-moments.ts';
import type { Operator, WindowLayer } from './window-layer.ts';

/** The kernel of two operators as one, where at most one of them slides along each axis. */
function composed(first: Operator, second: Operator): Operator {
  const [outputs, height, width, ranks] = second.kernel;
  const [, ownHeight, ownWidth, depth] = first.kernel;
  const [rows, columns] = [Math.max(height, ownHeight), Math.max(width, ownWidth)];
  const weights = new Float64Array(outputs * rows * columns * depth);
  const pixels = ownHeight * ownWidth;
  for (const [index, weight] of second.weights.entries()) {
    const rank = index % ranks;
    const x = Math.floor(index / ranks) % width;
    const y = Math.floor(index / (ranks * width)) % height;
    const output = Math.floor(index / (ranks * width * height));
    for (let pixel = 0; pixel < pixels; pixel++) {
      const row = y + Math.floor(pixel / ownWidth);
      const to = ((output * rows + row) * columns + x + (pixel % ownWidth)) * depth;
      const from = (rank * pixels + pixel) * depth;
      for (let i = 0; i < depth; i++) weights[to + i] += weight * first.weights[from + i];
    }
  }
  return { ...first, kernel: [outputs, rows, columns, depth], weights };
}

/** What the operators take away from the weights of the layer: [outputs, height · width · inputs]. */
function missingWeights({ kernel, weights }: WindowLayer, operators: readonly Operator[]): Matrix {
  const whole = operators.reduce(composed);
  return {
    rows: kernel[0],
    columns: elementCount(kernel.slice(1)),
    data: whole.weights.map((weight, index) => weights[index] - weight),
  };
}

/** Of outputs that weights make of patches, summed over all outputs. */
function variance(weights: Matrix, { covariance }: Moments): number {
  return product(weights, covariance).data.reduce(
    (sum, value, index) => sum + value * weights.data[index],
    0,
  );
}

/** The share of the variance of the layer's outputs over the samples that its place takes away. */
export function lostVariance(layer: WindowLayer, operators: readonly Operator[], moments: Moments): number {
  const missing = missingWeights(layer, operators);
  const whole = variance({ ...missing, data: Float64Array.from(layer.weights) }, moments);
  return whole > 0 ? variance(missing, moments) / whole : 0;
}

/** The bias with the mean of what is missing. */
function mendedBias(layer: WindowLayer, operators: readonly Operator[], { mean }: Moments): Float32Array {
  const missing = missingWeights(layer, operators);
  const means = product(missing, { rows: mean.length, columns: 1, data: mean }).data;
  return Float32Array.from(means, (value, output) => value + (layer.bias?.[output] ?? 0));
}

function weightShape({ kind }: WindowLayer['node'], kernel: Shape): Shape {
  return kind === 'fully_connected' ? [kernel[0], kernel[3]] : kernel;
}

/** The last operator keeps the layer's name, output, bias and activation; those before it have neither bias nor activation. */
export function replaceLayer(
  rewrite: Rewrite,
  layer: WindowLayer,
  operators: readonly Operator[],
  moments: Moments,
): void {
  const { node } = layer;
  const nodes: Node[] = [];
  let input = node.inputs[0] as ValueId;
  for (const [index, { kernel, sliding, weights }] of operators.entries()) {
    const isLast = index === operators.length - 1;
    const name = isLast ? node.name : `${node.name}/low_rank_${index + 1}`;
    const shape = weightShape(node, kernel);
    const attributes = {
      ...node.attributes,
      ...(node.kind === 'conv_2d' && { strides: sliding.strides, dilations: sliding.dilations }),
      ...(!isLast && { activation: 'none' as const }),
    };
    const constant = rewrite.constant(
      `${name}/weights`,
      { dtype: 'float32', shape },
      Float32Array.from(weights),
    );
    if (isLast) {
      const bias = mendedBias(layer, operators, moments);
      const biasId = rewrite.constant(`${name}/bias`, { dtype: 'float32', shape: [bias.length] }, bias);
      nodes.push(nodeWith(node, { attributes, inputs: [input, constant, biasId] }));
    } else {
      const [output] = opOf(node.kind).infer(attributes as never, [
        rewrite.type(input).shape,
        shape,
        undefined,
      ]);
      const id = rewrite.fresh(name, { dtype: 'float32', shape: output });
      nodes.push(nodeOf(node.kind, name, attributes as never, [input, constant], [id]));
      input = id;
    }
  }
  rewrite.replace(node, ...nodes);
}
