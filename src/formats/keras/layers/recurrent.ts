/** LSTM, GRU and SimpleRNN, alone and in both directions, unrolled over their steps. */

import { inputError, unsupportedError, withErrorContext } from '../../../core/errors.ts';
import { isJsonObject } from '../../../core/json.ts';
import { formatShape } from '../../../core/tensor.ts';
import type { ValueId } from '../../../ir/graph.ts';
import { type Activate, type Cell, type CellState, unrolled } from '../../lowering/recurrent/cell.ts';
import type { CellSize, GateWeights } from '../../lowering/recurrent/gates.ts';
import { gruCell } from '../../lowering/recurrent/gru.ts';
import { lstmCell } from '../../lowering/recurrent/lstm.ts';
import { joined, type Sequence } from '../../lowering/recurrent/sequence.ts';
import { simpleRnnCell } from '../../lowering/recurrent/simple-rnn.ts';
import { activationOf } from '../activation.ts';
import { LayerConfig } from '../config.ts';
import type { LayerContext, LayerImporter, LayerValue } from '../layer.ts';

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
function weightsOf({ layer, size: { depth, units } }: CellSource, gates: number, biases = 1) {
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
  const name = layer.config.value(key);
  if (typeof name === 'string' && /softmax$/i.test(name)) {
    throw unsupportedError(
      'unsupported-activation',
      `its "${key}" is "${name}".`,
      'Use "sigmoid" or "tanh".',
    );
  }
  const found = activationOf(layer.config, key, otherwise);
  return (_, part, input) => found.apply(layer, part, input);
}

function functionsOf(layer: LayerContext) {
  return {
    activation: activation(layer, 'activation', 'tanh'),
    recurrentActivation: activation(layer, 'recurrent_activation', 'sigmoid'),
    clip: Infinity,
  };
}

const lstm: CellOf = (source) => {
  const { layer, sequence, size } = source;
  const [inputGate, forgetGate, cellGate, outputGate] = weightsOf(source, 4).gates;
  const functions = functionsOf(layer);
  return lstmCell(layer, '', sequence, {
    ...size,
    ...functions,
    outputActivation: functions.activation,
    inputGate,
    forgetGate,
    cellGate,
    outputGate,
  });
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

const CELLS = { LSTM: lstm, GRU: gru, SimpleRNN: simpleRnn } as const;

type RecurrentClass = keyof typeof CELLS;

function isRecurrent(className: unknown): className is RecurrentClass {
  return typeof className === 'string' && Object.hasOwn(CELLS, className);
}

/** The states that a layer is called with, beside its sequence. */
function givenState(layer: LayerContext, className: RecurrentClass): CellState<ValueId> | undefined {
  const [, hidden, cell, ...others] = layer.inputs;
  if (hidden === undefined) return undefined;
  if (others.length > 0 || (cell === undefined) === (className === 'LSTM')) {
    throw inputError('layer-shape', `it is called with ${layer.inputs.length - 1} states.`);
  }
  return { hidden: layer.narrow(hidden), cell: cell && layer.narrow(cell) };
}

interface Direction {
  /** In the order of Keras: that in which they were made, unless `inTime`. [batch · steps, units], step after step. */
  readonly outputs: readonly ValueId[];
  readonly last: ValueId;
  readonly returnsSequences: boolean;
}

function direction(layer: LayerContext, className: RecurrentClass): Direction {
  const { config } = layer;
  if (config.boolean('stateful', false)) {
    throw unsupportedError(
      'stateful-layer',
      'it is "stateful", so what it computes depends on what was computed before.',
      'Build it with stateful=False, or give it its states as inputs of the model.',
    );
  }
  const { shape } = layer.inputs[0];
  if (shape.length !== 3) {
    throw inputError('layer-shape', `its input ${formatShape(shape)} is no sequence of vectors.`);
  }
  const [batch, steps, depth] = shape;
  const input = layer.narrow(layer.inputs[0]);
  const inTime =
    batch === 1 ? input : layer.add('transpose', 'time_first', { permutation: [1, 0, 2] }, [input]);
  const sequence = { rows: layer.reshape('rows', inTime, [steps * batch, depth]), steps };
  const size = { depth, units: config.integer('units') };
  if (size.units < 1) throw inputError('layer-config', `"units" is ${size.units}.`);
  const cell = CELLS[className]({ layer, sequence, size });
  const { outputs, last } = unrolled(
    cell,
    '',
    steps,
    config.boolean('go_backwards', false),
    givenState(layer, className),
  );
  return { outputs, last: last.hidden, returnsSequences: config.boolean('return_sequences', false) };
}

/** [batch, steps, units] of the outputs of all steps. */
function sequenceOf(layer: LayerContext, outputs: readonly ValueId[]): ValueId {
  const [batch, steps] = layer.inputs[0].shape;
  const rows = joined(layer, 'outputs', 0, outputs);
  const units = layer.shapeOf(rows)[1];
  if (batch === 1) return layer.reshape('sequence', rows, [1, steps, units]);
  const inTime = layer.reshape('sequence', rows, [steps, batch, units]);
  return layer.add('transpose', 'batch_first', { permutation: [1, 0, 2] }, [inTime]);
}

export function importRecurrent(className: RecurrentClass): LayerImporter {
  return (layer) => {
    const { outputs, last, returnsSequences } = direction(layer, className);
    const id = returnsSequences ? sequenceOf(layer, outputs) : last;
    return { id, shape: layer.shapeOf(id) };
  };
}

function innerLayer(layer: LayerContext, key: string) {
  const inner = layer.config.value(key);
  if (!isJsonObject(inner) || !isJsonObject(inner.config)) return undefined;
  const { class_name: className } = inner;
  if (isRecurrent(className)) return { className, json: inner.config };
  throw unsupportedError(
    'unsupported-layer',
    `it goes over a ${JSON.stringify(className ?? null)} layer in both directions.`,
    `Use one of ${Object.keys(CELLS).join(', ')}.`,
  );
}

/** Results of both directions as one. */
function merged(layer: LayerContext, forward: ValueId, backward: ValueId): ValueId {
  const mode = layer.config.string('merge_mode', 'concat');
  const both = [forward, backward];
  const rank = layer.shapeOf(forward).length;
  switch (mode) {
    case 'concat':
      return layer.add('concatenation', '', { axis: rank - 1, activation: 'none' }, both);
    case 'sum':
      return layer.add('add', '', { activation: 'none' }, both);
    case 'mul':
      return layer.add('mul', '', { activation: 'none' }, both);
    case 'ave': {
      const sum = layer.add('add', 'sum', { activation: 'none' }, both);
      const half = layer.constant('half', [1], Float32Array.of(0.5));
      return layer.add('mul', '', { activation: 'none' }, [sum, half]);
    }
    default:
      throw unsupportedError(
        'unsupported-merge',
        `its "merge_mode" is ${JSON.stringify(layer.config.value('merge_mode') ?? null)}.`,
        'Use "concat", "sum", "mul" or "ave".',
      );
  }
}

/** The second direction goes over the sequence the other way round; its outputs come in the order of the first. */
export function importBidirectional(layer: LayerContext): LayerValue {
  if (layer.config.isNull('merge_mode')) {
    throw unsupportedError(
      'unsupported-merge',
      'its two directions are two outputs.',
      'Use merge_mode "concat", and a Dense layer behind it.',
    );
  }
  if (layer.inputs.length > 1) {
    throw unsupportedError(
      'unsupported-state',
      'it is called with states.',
      'Call it with its sequence alone.',
    );
  }
  const first = innerLayer(layer, 'layer');
  if (first === undefined) throw inputError('layer-config', 'it wraps no layer.');
  const other = innerLayer(layer, 'backward_layer') ?? {
    ...first,
    json: { ...first.json, go_backwards: !new LayerConfig(first.json).boolean('go_backwards', false) },
  };
  const [forward, backward] = [['forward', first] as const, ['backward', other] as const].map(
    ([scope, { className, json }]) => {
      const inner = layer.inner(scope, new LayerConfig(json));
      return withErrorContext(`its ${scope} layer`, () => direction(inner, className));
    },
  );
  if (!forward.returnsSequences) {
    const id = merged(layer, forward.last, backward.last);
    return { id, shape: layer.shapeOf(id) };
  }
  const ahead = sequenceOf(layer.inner('forward', layer.config), forward.outputs);
  const back = sequenceOf(layer.inner('backward', layer.config), backward.outputs.toReversed());
  const id = merged(layer, ahead, back);
  return { id, shape: layer.shapeOf(id) };
}
