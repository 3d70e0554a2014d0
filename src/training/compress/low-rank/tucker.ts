/**
 * A spatial convolution as three: one of 1x1 to fewer channels, the window between few channels, one of 1x1 to all of them
 * (a Tucker decomposition of the axes of inputs and outputs, each by the split that it has in common with it).
 */

import { type Matrix, product, rowOf, scale, transposed, zeroMatrix } from './matrix.ts';
import { firstWeights, leadingColumns, type Split, secondWeights } from './split.ts';
import { along, type Operator, type WindowLayer } from './window-layer.ts';

/** The splits whose first operator slides over nothing, and over everything. */
export interface TuckerSplits {
  readonly inputs: Split;
  readonly outputs: Split;
}

/** [outputs, height, width, ranks of inputs] as [outputs, the rest]. */
function byOutput({ kernel: [outputs] }: WindowLayer, { data }: Matrix): Matrix {
  return { rows: outputs, columns: data.length / outputs, data };
}

/** How much of what the outputs do the leading `outputs` and `inputs` ranks keep: a share at [outputs - 1, inputs - 1]. */
export function keptShares(layer: WindowLayer, { inputs, outputs }: TuckerSplits): Matrix {
  const [most, depth] = [outputs.deviations.length, inputs.deviations.length];
  const reached = leadingColumns(inputs.left, depth);
  for (let index = 0; index < reached.data.length; index++) {
    reached.data[index] *= inputs.deviations[index % depth];
  }
  const core = product(transposed(leadingColumns(outputs.left, most)), byOutput(layer, reached));
  const total = inputs.deviations.reduce((sum, deviation) => sum + deviation ** 2, 0);
  const shares = zeroMatrix(most, depth);
  for (let index = 0; index < core.data.length; index++) {
    const output = Math.floor(index / core.columns);
    shares.data[output * depth + (index % depth)] += core.data[index] ** 2 / total;
  }
  for (let output = 0; output < most; output++) {
    const row = rowOf(shares, output);
    for (let input = 1; input < depth; input++) row[input] += row[input - 1];
    if (output > 0)
      for (let input = 0; input < depth; input++) row[input] += shares.data[(output - 1) * depth + input];
  }
  return shares;
}

export interface TuckerRanks {
  readonly inputs: number;
  readonly outputs: number;
}

type Shape = Omit<Operator, 'weights'>;

/** The operators without their weights, which only ranks decide. */
export function tuckerShape(
  { kernel: [outputs, height, width, depth], sliding }: WindowLayer,
  ranks: TuckerRanks,
): readonly [Shape, Shape, Shape] {
  const still = along(sliding, [false, false]);
  return [
    { kernel: [ranks.inputs, 1, 1, depth], sliding: still },
    { kernel: [ranks.outputs, height, width, ranks.inputs], sliding },
    { kernel: [outputs, 1, 1, ranks.outputs], sliding: still },
  ];
}

export function tuckerOperators(layer: WindowLayer, splits: TuckerSplits, ranks: TuckerRanks): Operator[] {
  const { inputs, outputs } = splits;
  const [before, window, behind] = tuckerShape(layer, ranks);
  const core = product(
    transposed(leadingColumns(outputs.left, ranks.outputs)),
    byOutput(layer, secondWeights(inputs, ranks.inputs)),
  );
  for (let row = 0; row < ranks.outputs; row++) {
    scale(rowOf(core, row), 1 / Math.sqrt(outputs.deviations[row]));
  }
  return [
    { ...before, weights: firstWeights(inputs, ranks.inputs).data },
    { ...window, weights: core.data },
    { ...behind, weights: secondWeights(outputs, ranks.outputs).data },
  ];
}
