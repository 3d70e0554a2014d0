/** A whole int8 graph in exact integers, operator after operator: those that the network in fixtures/keras becomes. */

import type { PerTensorQuant } from '../../src/core/quant-params.ts';
import type { TensorType } from '../../src/core/tensor.ts';
import { type Graph, getValue, type Node, type NodeOf, type ValueId } from '../../src/ir/graph.ts';
import { int8Limits } from './draw.ts';
import { clampInt8, multiplierOf, scaled, softmaxInt8 } from './exact.ts';
import { exactSum } from './exact-int8.ts';
import { exactConvolution, exactMean } from './exact-windows.ts';
import { convTerms, depthwiseTerms, type Image } from './windows.ts';

interface Tensor {
  readonly type: TensorType;
  readonly data: ArrayLike<number>;
}

/** The operands of a node that are present, and the type of its output. */
type Computed = readonly [inputs: readonly Tensor[], output: TensorType];

function quantOf({ quant }: TensorType): PerTensorQuant {
  if (quant?.scheme !== 'per-tensor') throw new Error('no scale for the whole tensor');
  return quant;
}

function scaleOf({ quant }: TensorType, channel: number): number {
  return quant?.scheme === 'per-axis' ? quant.scales[channel] : quantOf({ quant } as TensorType).scale;
}

function convolution(
  node: NodeOf<'conv_2d'> | NodeOf<'depthwise_conv_2d'>,
  [inputs, output]: Computed,
): number[] {
  const [x, weights, bias] = inputs;
  const [, height, width] = weights.type.shape;
  const termsOf = node.kind === 'conv_2d' ? convTerms : depthwiseTerms;
  const images = [x.type.shape, weights.type.shape, output.shape] as unknown as [Image, Image, Image];
  return exactConvolution(
    {
      terms: termsOf({ ...node.attributes, filter: [height, width] }, ...images),
      x: x.data,
      inputQuant: quantOf(x.type),
      weights: weights.data,
      scaleOf: (channel) => scaleOf(weights.type, channel),
      bias: bias?.data,
      outputQuant: quantOf(output),
      limits: int8Limits(node.attributes.activation, quantOf(output)),
    },
    output.shape[3],
  );
}

function fullyConnected({ attributes }: NodeOf<'fully_connected'>, [inputs, output]: Computed): number[] {
  const [x, weights, bias] = inputs;
  const [units, depth] = weights.type.shape;
  const [inputQuant, outputQuant] = [quantOf(x.type), quantOf(output)];
  const product = Math.fround(inputQuant.scale * quantOf(weights.type).scale);
  const multiplier = multiplierOf(product / outputQuant.scale);
  const limits = int8Limits(attributes.activation, outputQuant);
  return Array.from({ length: (x.data.length / depth) * units }, (_, at) => {
    const [row, unit] = [Math.floor(at / units), at % units];
    let sum = BigInt(bias?.data[unit] ?? 0);
    for (let i = 0; i < depth; i++)
      sum += BigInt((x.data[row * depth + i] - inputQuant.zeroPoint) * weights.data[unit * depth + i]);
    return clampInt8(scaled(sum, multiplier) + BigInt(outputQuant.zeroPoint), ...limits);
  });
}

function add({ attributes }: NodeOf<'add'>, [[x, y], output]: Computed): number[] {
  const quants = { a: quantOf(x.type), b: quantOf(y.type), output: quantOf(output) };
  const combine = exactSum(1n, (scale) => scale);
  const limits = int8Limits(attributes.activation, quants.output);
  return Array.from(x.data, (left, at) => {
    const total = combine(left - quants.a.zeroPoint, y.data[at] - quants.b.zeroPoint, quants);
    return clampInt8(total + BigInt(quants.output.zeroPoint), ...limits);
  });
}

/** Over all positions of an image, channel by channel. */
function meanOfImage([[x], output]: Computed): number[] {
  const channels = x.type.shape[3];
  return Array.from({ length: channels }, (_, channel) => {
    const values = Array.from(x.data, BigInt).filter((_value, at) => at % channels === channel);
    return clampInt8(exactMean(values, quantOf(x.type), quantOf(output)));
  });
}

function softmax({ attributes }: NodeOf<'softmax'>, [[x]]: Computed): number[] {
  const real = Math.min(attributes.beta * quantOf(x.type).scale * 2 ** 26, 2 ** 31 - 1);
  return softmaxInt8(Array.from(x.data), real, 8);
}

function compute(node: Node, operands: Computed): number[] {
  switch (node.kind) {
    case 'conv_2d':
    case 'depthwise_conv_2d':
      return convolution(node, operands);
    case 'fully_connected':
      return fullyConnected(node, operands);
    case 'add':
      return add(node, operands);
    case 'mean':
      return meanOfImage(operands);
    case 'softmax':
      return softmax(node, operands);
    case 'reshape':
      return Array.from(operands[0][0].data);
    default:
      throw new Error(`the network should have no ${node.kind}`);
  }
}

/** What every node gives, by its output. The operands of ADD have one shape, and MEAN leaves one value per channel. */
export function exactValues(graph: Graph, input: Int8Array): Map<ValueId, readonly number[]> {
  const computed = new Map<ValueId, readonly number[]>([[graph.inputs[0], Array.from(input)]]);
  for (const node of graph.nodes) {
    const inputs = node.inputs.flatMap((id) => {
      if (id === undefined) return [];
      const { type, data } = getValue(graph, id);
      return [{ type, data: (data as ArrayLike<number> | undefined) ?? computed.get(id) ?? [] }];
    });
    const [output] = node.outputs;
    computed.set(output, compute(node, [inputs, getValue(graph, output).type]));
  }
  return computed;
}
