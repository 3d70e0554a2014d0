/**
 * A layer of LSTM as integers: what TensorFlow's converter makes of one (`quantization_utils` and the LSTM operator properties
 * of LiteRT f674577), and TFLM's kernel takes: one scale for each matrix, biases in the scale of what weighs the input, and
 * a cell state of int16 whose scale is a power of two.
 */

import { unsupportedError } from '../../../core/errors.ts';
import { type PerTensorQuant, perTensor, type QuantParams } from '../../../core/quant-params.ts';
import { QUANTIZED_LIMITS } from '../../../core/tensor.ts';
import { type Graph, getValue, type NodeOf, type Value, type ValueId } from '../../../ir/graph.ts';
import { BIASES, HIDDEN_WEIGHTS, INPUT_WEIGHTS } from '../../../kernels/recurrent/lstm-shape.ts';
import { LARGEST_CELL_POWER, LEAST_CELL_POWER } from '../../../ops/recurrent/unidirectional_sequence_lstm.ts';
import {
  biasParameters,
  makeRoomForBias,
  quantizeBiasFor,
  quantizeWeights,
  type Range,
  roundingErrors,
  weightParameters,
} from '../parameters.ts';
import type { ElementStatistics, WeightedInput } from '../quantize-weighted.ts';

export type LstmNode = NodeOf<'unidirectional_sequence_lstm'>;

const GATES = 4;

/** The least power of two in whose steps int16 holds all that the cell state was. */
export function cellStateParameters({ min, max }: Range): PerTensorQuant {
  const largest = Math.max(-min, max);
  const power = Math.ceil(Math.log2(largest / -QUANTIZED_LIMITS.int16.min));
  return perTensor(2 ** Math.min(Math.max(power, LEAST_CELL_POWER), LARGEST_CELL_POWER), 0);
}

/** A constant operand in integers. */
export interface LstmConstant {
  readonly operand: number;
  readonly of: Value;
  readonly dtype: 'int8' | 'int32' | 'int64';
  readonly quant: QuantParams;
  readonly data: Int8Array | Int32Array | BigInt64Array;
}

function constantOf(graph: Graph, node: LstmNode, operand: number): { of: Value; floats: Float32Array } {
  const of = getValue(graph, node.inputs[operand] as ValueId);
  if (of.data instanceof Float32Array) return { of, floats: of.data };
  throw unsupportedError(
    'weights-not-constant',
    `UNIDIRECTIONAL_SEQUENCE_LSTM "${node.name}" has weights or biases that are computed`,
  );
}

/** The mean vector of all positions, of which those behind the first `count` are taken for zero. */
function meanVector(means: Float64Array, width: number, count: number): Float64Array {
  const mean = new Float64Array(width);
  for (let i = 0; i < count * width; i++) mean[i % width] += means[i];
  return mean.map((sum) => sum / (means.length / width));
}

/** errors · mean, a number for each unit. */
function shiftOf(errors: Float32Array, mean: Float64Array): Float64Array {
  const width = mean.length;
  return Float64Array.from({ length: errors.length / width }, (_, unit) => {
    let sum = 0;
    for (let i = 0; i < width; i++) sum += errors[unit * width + i] * mean[i];
    return sum;
  });
}

/** Of what the gates read: the input, and the hidden state of the step before, which is zero at the first. */
function meansOf(graph: Graph, node: LstmNode, { means }: ElementStatistics) {
  const [input, output] = [means?.get(node.inputs[0] as ValueId), means?.get(node.outputs[0])];
  if (input === undefined || output === undefined) return undefined;
  const [{ shape }, made] = [
    getValue(graph, node.inputs[0] as ValueId).type,
    getValue(graph, node.outputs[0]).type.shape,
  ];
  const positions = shape[0] * shape[1];
  const batches = node.attributes.timeMajor ? shape[1] : shape[0];
  const before = batches === 1 ? positions - 1 : positions;
  return { input: meanVector(input, shape[2], positions), hidden: meanVector(output, made[2], before) };
}

/**
 * The weights and biases. `hidden` are the parameters of the hidden state, `inputOf` tells of the quantized operand 0 and is
 * asked once the others are known to be constant. With means, biases make up for what the rounding of weights shifts. Throws an
 * `unsupported` error for weights that are computed.
 */
export function quantizeLstm(
  graph: Graph,
  node: LstmNode,
  inputOf: () => WeightedInput,
  statistics: ElementStatistics,
): readonly LstmConstant[] {
  const gates = Array.from({ length: GATES }, (_, gate) => ({
    input: constantOf(graph, node, INPUT_WEIGHTS + gate),
    hidden: constantOf(graph, node, HIDDEN_WEIGHTS + gate),
    bias: constantOf(graph, node, BIASES + gate),
    gate,
  }));
  const { scale, dtype } = inputOf();
  const means = meansOf(graph, node, statistics);
  return gates.flatMap(({ input, hidden, bias, gate }) => {
    const inputShape = input.of.type.shape;
    const ofInput = makeRoomForBias(
      weightParameters(input.floats, inputShape, undefined),
      scale,
      bias.floats,
      dtype,
    );
    const ofHidden = weightParameters(hidden.floats, hidden.of.type.shape, undefined);
    const rounded = (of: Value, floats: Float32Array, quant: QuantParams) => {
      const data = quantizeWeights(floats, of.type.shape, quant);
      return { data, errors: roundingErrors(floats, data, of.type.shape, quant) };
    };
    const [seen, kept] = [
      rounded(input.of, input.floats, ofInput),
      rounded(hidden.of, hidden.floats, ofHidden),
    ];
    const shifts = means && [shiftOf(seen.errors, means.input), shiftOf(kept.errors, means.hidden)];
    const corrected = shifts
      ? bias.floats.map((value, unit) => value + shifts[0][unit] + shifts[1][unit])
      : bias.floats;
    const biasQuant = biasParameters(scale, ofInput);
    return [
      { operand: INPUT_WEIGHTS + gate, of: input.of, dtype: 'int8', quant: ofInput, data: seen.data },
      { operand: HIDDEN_WEIGHTS + gate, of: hidden.of, dtype: 'int8', quant: ofHidden, data: kept.data },
      {
        operand: BIASES + gate,
        of: bias.of,
        dtype: dtype === 'int8' ? 'int32' : 'int64',
        quant: biasQuant,
        data: quantizeBiasFor(dtype, corrected, biasQuant),
      },
    ] as const;
  });
}
