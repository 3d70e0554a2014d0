/** int8 1×1 convolutions as shares of the multiply-accumulates that WebAssembly SIMD does at best. */

import { perTensor } from '../../../src/core/quant-params.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { oneNode } from '../../ops/one-node.ts';
import { atLeast, formatSeconds, type Outcome } from '../row.ts';
import { leastSecondsOf } from '../timing.ts';
import { multiplyAddPeak } from './multiply-add-peak.ts';

/** Those of vww_96 in their sizes: pixels on a side, channels in and out. */
const CONVOLUTIONS = [
  { side: 6, depth: 128, channels: 128 },
  { side: 12, depth: 64, channels: 64 },
  { side: 24, depth: 32, channels: 32 },
  { side: 48, depth: 8, channels: 16 },
] as const;

type Convolution = (typeof CONVOLUTIONS)[number];

const TARGET_PERCENT = 40;

function secondsOfOne({ side, depth, channels }: Convolution): Promise<number> {
  const numbers = (length: number) => Int8Array.from({ length }, (_, i) => i * 37);
  const graph = oneNode(
    'conv_2d',
    { padding: 'valid', strides: [1, 1], dilations: [1, 1], activation: 'relu' },
    [
      { type: { dtype: 'int8', shape: [1, side, side, depth], quant: perTensor(0.02, -128) } },
      {
        type: { dtype: 'int8', shape: [channels, 1, 1, depth], quant: perTensor(0.01, 0) },
        data: numbers(channels * depth),
        constant: true,
      },
    ],
    { dtype: 'int8', shape: [1, side, side, channels], quant: perTensor(0.05, -128) },
  );
  const interpreter = createInterpreter(graph);
  const input = numbers(side * side * depth);
  return leastSecondsOf(() => interpreter.invoke([input]));
}

export async function pointwiseRows(): Promise<Outcome[]> {
  const peak = await multiplyAddPeak();
  const rows: Outcome[] = [];
  for (const convolution of CONVOLUTIONS) {
    const { side, depth, channels } = convolution;
    const seconds = await secondsOfOne(convolution);
    const reached = (side * side * depth * channels) / seconds;
    const giga = (value: number): string => (value / 1e9).toPrecision(3);
    rows.push({
      name: `int8 1×1 convolution, ${side}×${side}×${depth} to ${channels}, share of the SIMD peak`,
      value: (100 * reached) / peak,
      unit: '%',
      // Sums of eight products take less time than to requantize them.
      ...(depth <= 8 ? {} : { target: atLeast(TARGET_PERCENT) }),
      how: `one Invoke of ${formatSeconds(seconds)}: ${giga(reached)} of ${giga(peak)} · 10^9 multiply-accumulates a second; minima`,
    });
  }
  return rows;
}
