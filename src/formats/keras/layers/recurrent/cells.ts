/** The cells of Keras' recurrent layers: their weights and functions, as configuration and file have them. */

import { unsupportedError } from '../../../../core/errors.ts';
import type { ValueId } from '../../../../ir/graph.ts';
import type { Activate, Cell } from '../../../lowering/recurrent/cell.ts';
import type { LstmLayer } from '../../../lowering/recurrent/fused-lstm.ts';
import type { CellSize, GateWeights } from '../../../lowering/recurrent/gates.ts';
import { gruCell } from '../../../lowering/recurrent/gru.ts';
import { lstmCell } from '../../../lowering/recurrent/lstm.ts';
import type { Sequence } from '../../../lowering/recurrent/sequence.ts';
import { simpleRnnCell } from '../../../lowering/recurrent/simple-rnn.ts';
import { activationNamed, activationOf } from '../../activation.ts';
import type { LayerConfig } from '../../config.ts';
import type { LayerContext } from '../../layer.ts';

/** What a kind of cell starts from: its gates in Keras' order. */
interface CellSource {
  readonly layer: LayerContext;
  readonly sequence: Sequence<ValueId>;
  readonly size: CellSize;
}

type CellOf = (source: CellSource) => Cell<ValueId>;

/** The columns of one gate in Keras' [rows, gates · units], as [units, rows]. */
function gateRows(kernel: Float32Array, rows: number, units: number, gate: number): Float32Array {
  const width = kernel.length / rows;
  return Float32Array.from({ length: rows * units }, (_, at) => {
    const [unit, row] = [Math.floor(at / rows), at % rows];
    return kernel[row * width + gate * units + unit];
  });
}

/** Of so many gates; `biases` lists of all their biases follow one another. */
function weightsOf(
  { layer, size: { depth, units } }: Pick<CellSource, 'layer' | 'size'>,
  gates: number,
  biases = 1,
) {
  const width = gates * units;
  const kernel = layer.weight('kernel', [depth, width]).data;
  const recurrent = layer.weight('recurrent_kernel', [units, width]).data;
  const bias = layer.config.boolean('use_bias', true)
    ? layer.weight('bias', biases === 1 ? [width] : [biases, width]).data
    : new Float32Array(biases * width);
  const biasOf = (gate: number, list = 0) =>
    bias.subarray(list * width + gate * units, list * width + (gate + 1) * units);
  const ofGate = (gate: number): GateWeights => ({
    input: gateRows(kernel, depth, units, gate),
    hidden: gateRows(recurrent, units, units, gate),
    bias: biasOf(gate),
  });
  return { gates: Array.from({ length: gates }, (_, gate) => ofGate(gate)), biasOf };
}

/** Gates lie side by side, so a function must be one of every element by itself. */
function activation(layer: LayerContext, key: string, otherwise: string): Activate<ValueId> {
  const found = activationOf(layer.config, key, otherwise);
  if (found.isOfRows === true) {
    throw unsupportedError(
      'unsupported-activation',
      `its "${key}" is ${JSON.stringify(layer.config.value(key))}.`,
      'Use "sigmoid" or "tanh".',
    );
  }
  return (_, part, input) => found.apply(layer, part, input);
}

function functionsOf(layer: LayerContext) {
  return {
    activation: activation(layer, 'activation', 'tanh'),
    recurrentActivation: activation(layer, 'recurrent_activation', 'sigmoid'),
    clip: Infinity,
  };
}

function lstmGates(source: Pick<CellSource, 'layer' | 'size'>) {
  const [inputGate, forgetGate, cellGate, outputGate] = weightsOf(source, 4).gates;
  return { inputGate, forgetGate, cellGate, outputGate };
}

/** Whether an LSTM has the functions of TFLM's operator. */
export function hasLstmOperator(config: LayerConfig): boolean {
  return (
    activationOf(config, 'recurrent_activation', 'sigmoid') === activationNamed('sigmoid') &&
    activationOf(config, 'activation', 'tanh') === activationNamed('tanh')
  );
}

/** An LSTM as TFLM's operator takes it. */
export function lstmLayer(layer: LayerContext, size: CellSize): LstmLayer {
  return { ...size, ...lstmGates({ layer, size }), isStateful: layer.config.boolean('stateful', false) };
}

const lstm: CellOf = (source) => {
  const { layer, sequence, size } = source;
  const functions = functionsOf(layer);
  const outputActivation = functions.activation;
  return lstmCell(layer, '', sequence, { ...size, ...functions, outputActivation, ...lstmGates(source) });
};

const gru: CellOf = (source) => {
  const { layer, sequence, size } = source;
  // Keras 2 and TensorFlow.js know layers without the member, whose reset comes before the weights.
  const resetsAfter = layer.config.boolean('reset_after', layer.writer === 'keras-3');
  const { gates, biasOf } = weightsOf(source, 3, resetsAfter ? 2 : 1);
  const [updateGate, resetGate, candidate] = resetsAfter
    ? gates.map((gate, index) => (index === 2 ? gate : withBoth(gate, biasOf(index, 1))))
    : gates;
  const hiddenBias = resetsAfter ? { hiddenBias: biasOf(2, 1) } : {};
  return gruCell(layer, '', sequence, {
    ...size,
    ...functionsOf(layer),
    ...hiddenBias,
    updateGate,
    resetGate,
    candidate,
  });
};

function withBoth(gate: GateWeights, other: Float32Array): GateWeights {
  return { ...gate, bias: gate.bias.map((value, index) => value + other[index]) };
}

const simpleRnn: CellOf = (source) => {
  const { layer, sequence, size } = source;
  const [weights] = weightsOf(source, 1).gates;
  const { activation: apply, clip } = functionsOf(layer);
  return simpleRnnCell(layer, '', sequence, { ...size, weights, activation: apply, clip });
};

export const CELLS = { LSTM: lstm, GRU: gru, SimpleRNN: simpleRnn } as const;

export type RecurrentClass = keyof typeof CELLS;

export function isRecurrent(className: unknown): className is RecurrentClass {
  return typeof className === 'string' && Object.hasOwn(CELLS, className);
}
