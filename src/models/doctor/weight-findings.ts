/** Weights that rule the scale of others: so much larger than they that those keep few of the steps of int8. */

import { given } from '../../core/given.ts';
import type { QuantParams } from '../../core/quant-params.ts';
import { median } from './median.ts';

/** Constants of one operator that stand out among those that share a scale with them, and belong to one channel. */
export interface WeightFinding {
  readonly layer: string;
  /** `FULLY_CONNECTED`, … as a `.tflite` file names it. */
  readonly operator: string;
  /** How many stand out. */
  readonly weights: number;
  /** The one that stands out most: how many times the median of those of its scale. */
  readonly times: number;
  /** The unit or filter that all of them belong to; absent where they belong to several. */
  readonly outputChannel?: number;
  /** The channel that all of them read; absent where they read several, and where that is the output channel. */
  readonly inputChannel?: number;
}

/** Weights of a normal distribution reach 6 to 7 times the median; beside one of this size the others have 4 of 127 steps. */
const STANDS_OUT = 32;

/** The axes of the channels in the shape of the constant: an input axis where channels are mixed. */
export interface ChannelAxes {
  readonly output: number;
  readonly input?: number;
}

function indexAlong(shape: readonly number[], axis: number, element: number): number {
  const inner = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  return Math.floor(element / inner) % shape[axis];
}

/** Listed of one operator. */
const MOST_FINDINGS = 5;

type Finding = Omit<WeightFinding, 'layer' | 'operator'>;

interface Outlier {
  readonly times: number;
  readonly output: number;
  readonly input: number | undefined;
}

function outliersOf(
  data: Float32Array,
  shape: readonly number[],
  quant: QuantParams,
  { output, input }: ChannelAxes,
): readonly Outlier[] {
  const scaleOf = (element: number): number =>
    quant.scheme === 'per-axis' ? indexAlong(shape, quant.axis, element) : 0;
  const magnitudes: number[][] = [];
  for (let i = 0; i < data.length; i++) {
    if (data[i] === 0) continue;
    const scale = scaleOf(i);
    magnitudes[scale] ??= [];
    magnitudes[scale].push(Math.abs(data[i]));
  }
  const usual = magnitudes.map((values) => (values.length > 2 ? median(values) : Infinity));
  return Array.from(data, (value, element) => ({ times: Math.abs(value) / usual[scaleOf(element)], element }))
    .filter(({ times }) => times > STANDS_OUT)
    .map(({ times, element }) => ({
      times,
      output: indexAlong(shape, output, element),
      input: input === undefined ? undefined : indexAlong(shape, input, element),
    }));
}

/** Those that share the channel of the worst one: the input or the output channel, whichever has more of them. */
function groupOf(outliers: readonly Outlier[]): {
  readonly group: readonly Outlier[];
  readonly finding: Finding;
} {
  const worst = outliers.reduce((a, b) => (b.times > a.times ? b : a));
  const { times, output: outputChannel, input: inputChannel } = worst;
  const byOutput = outliers.filter(({ output }) => output === outputChannel);
  const byInput = inputChannel === undefined ? [] : outliers.filter(({ input }) => input === inputChannel);
  const group = byInput.length > byOutput.length ? byInput : byOutput;
  const places =
    group.length === 1
      ? { outputChannel, inputChannel }
      : group === byInput
        ? { inputChannel }
        : { outputChannel };
  return { group, finding: { weights: group.length, times, ...given(places) } };
}

/** The worst first; empty where none stands out. */
export function weightFindings(
  data: Float32Array,
  shape: readonly number[],
  quant: QuantParams,
  axes: ChannelAxes,
): readonly Finding[] {
  const findings: Finding[] = [];
  let left = outliersOf(data, shape, quant, axes);
  while (left.length > 0 && findings.length < MOST_FINDINGS) {
    const { group, finding } = groupOf(left);
    findings.push(finding);
    left = left.filter((outlier) => !group.includes(outlier));
  }
  return findings;
}
