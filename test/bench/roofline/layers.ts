/** Single int8 layers as shares of the multiply-accumulates that WebAssembly SIMD does at best. */

import { perTensor } from '../../../src/core/quant-params.ts';
import { elementCount, type Shape, type TensorType } from '../../../src/core/tensor.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import { oneNode } from '../../ops/one-node.ts';
import { atLeast, formatSeconds, type Outcome, type Target } from '../row.ts';
import { leastSecondsOf } from '../timing.ts';
import { multiplyAddPeak, peakShare } from './multiply-add-peak.ts';

interface Layer {
  /** `1×1 convolution, 6×6×128 to 128` */
  readonly label: string;
  readonly graph: Graph;
  readonly input: Shape;
  readonly macs: number;
  readonly target?: Target;
}

const numbers = (length: number): Int8Array => Int8Array.from({ length }, (_, i) => i * 37);
const int8 = (shape: Shape, scale: number, zeroPoint: number): TensorType => ({
  dtype: 'int8',
  shape,
  quant: perTensor(scale, zeroPoint),
});

function operands(input: Shape, weights: Shape) {
  const data = numbers(elementCount(weights));
  return [{ type: int8(input, 0.02, -128) }, { type: int8(weights, 0.01, 0), data, constant: true }];
}

const output = (shape: Shape): TensorType => int8(shape, 0.05, -128);

/** Those of vww_96 in their sizes: pixels on a side, channels in and out. */
function convolution(
  size: number,
  side: number,
  stride: number,
  depth: number,
  channels: number,
  target?: Target,
): Layer {
  const [input, after] = [[1, side, side, depth], side / stride];
  const graph = oneNode(
    'conv_2d',
    { padding: 'same', strides: [stride, stride], dilations: [1, 1], activation: 'relu' },
    operands(input, [channels, size, size, depth]),
    output([1, after, after, channels]),
  );
  const label = `${size}×${size} convolution, ${side}×${side}×${depth} to ${channels}`;
  const macs = after * after * channels * size * size * depth;
  return { label, graph, input, macs, ...(target === undefined ? {} : { target }) };
}

function depthwise(side: number, channels: number): Layer {
  const input = [1, side, side, channels];
  const graph = oneNode(
    'depthwise_conv_2d',
    { padding: 'same', strides: [1, 1], dilations: [1, 1], activation: 'relu', depthMultiplier: 1 },
    operands(input, [1, 3, 3, channels]),
    output(input),
  );
  const label = `3×3 depthwise convolution, ${side}×${side}×${channels}`;
  return { label, graph, input, macs: 9 * elementCount(input) };
}

function dense(depth: number, units: number): Layer {
  const graph = oneNode(
    'fully_connected',
    { activation: 'relu', keepNumDims: false },
    operands([1, depth], [units, depth]),
    output([1, units]),
  );
  return { label: `dense layer, ${depth} to ${units}`, graph, input: [1, depth], macs: depth * units };
}

const POINTWISE = atLeast(40);

const LAYERS: readonly (() => Layer)[] = [
  () => convolution(1, 6, 1, 128, 128, POINTWISE),
  () => convolution(1, 12, 1, 64, 64, POINTWISE),
  () => convolution(1, 24, 1, 32, 32, POINTWISE),
  () => convolution(1, 48, 1, 8, 16, POINTWISE),
  () => convolution(3, 96, 2, 3, 8),
  () => depthwise(48, 8),
  () => depthwise(6, 128),
  () => dense(128, 128),
];

export async function layerRows(): Promise<Outcome[]> {
  const peak = await multiplyAddPeak();
  const rows: Outcome[] = [];
  for (const layer of LAYERS) {
    const { label, graph, input, macs, target } = layer();
    const interpreter = createInterpreter(graph);
    const record = numbers(elementCount(input));
    const seconds = await leastSecondsOf(() => interpreter.invoke([record]));
    const { percent, how } = peakShare(macs, seconds, peak);
    rows.push({
      name: `int8 ${label}, share of the SIMD peak`,
      value: percent,
      unit: '%',
      ...(target === undefined ? {} : { target }),
      how: `one Invoke of ${formatSeconds(seconds)}: ${how}; minima`,
    });
  }
  return rows;
}
