/** One recurrent layer in one direction: an operator where TFLM has it, else unrolled over its steps. */

import { inputError, unsupportedError } from '../../../../core/errors.ts';
import { counted } from '../../../../core/figure-text.ts';
import { formatShape } from '../../../../core/tensor.ts';
import type { ValueId } from '../../../../ir/graph.ts';
import { type CellState, type Hold, unrolled } from '../../../lowering/recurrent/cell.ts';
import { fusedLstm, lastStep, reversed, type TimeSeries } from '../../../lowering/recurrent/fused-lstm.ts';
import type { CellSize } from '../../../lowering/recurrent/gates.ts';
import { type HeldOutput, holdingAtZeros } from '../../../lowering/recurrent/masked-steps.ts';
import { joined } from '../../../lowering/recurrent/sequence.ts';
import { keptState } from '../../../lowering/recurrent/step/kept-state.ts';
import type { LayerContext } from '../../layer.ts';
import { maskedSequence } from '../masking.ts';
import { CELLS, hasLstmOperator, lstmLayer, type RecurrentClass } from './cells.ts';

/** What is not asked for is not appended. */
export interface Direction {
  readonly returnsSequences: boolean;
  /** [batch, steps, units] in the order in which the steps were taken, or in the other one. */
  sequence(part: string, order: 'taken' | 'turned'): ValueId;
  /** [batch, units], what is given for the step that was taken last. */
  last(): ValueId;
  /** [batch, units], the hidden state behind that step. */
  hidden(): ValueId;
  /** [batch, units], what an LSTM in its steps remembers behind it. */
  cell(): ValueId;
}

/** The states that a layer is called with, beside its sequence. */
function givenState(layer: LayerContext, className: RecurrentClass): CellState<ValueId> | undefined {
  const [, hidden, cell, ...others] = layer.inputs;
  if (hidden === undefined) return undefined;
  if (others.length > 0 || (cell === undefined) === (className === 'LSTM')) {
    throw inputError('layer-shape', `it is called with ${counted(layer.inputs.length - 1, 'state')}.`);
  }
  return { hidden: layer.narrow(hidden), cell: cell && layer.narrow(cell) };
}

function asOperator(
  layer: LayerContext,
  input: ValueId,
  size: CellSize,
): Omit<Direction, 'returnsSequences'> {
  const series: TimeSeries<ValueId> = { tensor: input, timeMajor: false };
  const goesBackwards = layer.config.boolean('go_backwards', false);
  const read = goesBackwards ? reversed(layer, 'from_last', series) : series;
  const made = fusedLstm(layer, '', read, lstmLayer(layer, size));
  return {
    sequence: (part, order) => (order === 'taken' ? made : reversed(layer, part, made)).tensor,
    last: () => lastStep(layer, 'last', made),
    hidden: () => lastStep(layer, 'last', made),
    cell: () => {
      throw new Error(`the operator of ${layer.name} does not give its cell state`);
    },
  };
}

function heldOutput({ config, writer }: LayerContext): HeldOutput {
  if (writer === 'tfjs') return 'state';
  return config.boolean('zero_output_for_mask', false) ? 'zeros' : 'before';
}

/** Of a sequence whose padding is passed over. */
function holdOf(layer: LayerContext): Hold<ValueId> | undefined {
  const masked = maskedSequence(layer);
  if (masked === undefined) return undefined;
  const [, steps, depth] = masked.shape;
  const rows = layer.reshape('masked', layer.narrow(masked), [steps, depth]);
  return holdingAtZeros(layer, 'mask', { rows, steps }, heldOutput(layer));
}

function asSteps(
  layer: LayerContext,
  className: RecurrentClass,
  input: ValueId,
  size: CellSize,
): Omit<Direction, 'returnsSequences'> {
  const [batch, steps, depth] = layer.inputs[0].shape;
  const inTime =
    batch === 1 ? input : layer.add('transpose', 'time_first', { permutation: [1, 0, 2] }, [input]);
  const sequence = { rows: layer.reshape('rows', inTime, [steps * batch, depth]), steps };
  const cell = CELLS[className]({ layer, sequence, size });
  const goesBackwards = layer.config.boolean('go_backwards', false);
  const kept = layer.config.boolean('stateful', false)
    ? keptState<ValueId>(layer, '', [batch, size.units], className === 'LSTM')
    : undefined;
  const before = kept?.before ?? givenState(layer, className);
  const { outputs, last } = unrolled(cell, '', steps, goesBackwards, before, holdOf(layer));
  kept?.keep(last);
  return {
    sequence: (_, order) => sequenceOf(layer, order === 'taken' ? outputs : outputs.toReversed()),
    last: () => outputs[steps - 1],
    hidden: () => last.hidden,
    cell: () => last.cell as ValueId,
  };
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

export function direction(layer: LayerContext, className: RecurrentClass): Direction {
  const { config } = layer;
  const [sequence] = layer.inputs;
  const isAlone = layer.inputs.length === 1 && sequence.masked === undefined;
  // The operator keeps its cell state to itself.
  const givesCell = layer.states > 1;
  const isOperator = className === 'LSTM' && isAlone && !givesCell && hasLstmOperator(config);
  if (config.boolean('stateful', false) && layer.inputs.length > 1) {
    throw unsupportedError(
      'stateful-layer',
      'it is "stateful", and called with states.',
      'Let it keep its states, or give it all of them as inputs of the model.',
    );
  }
  if (config.boolean('time_major', false)) {
    throw unsupportedError(
      'unsupported-layer',
      'it takes the steps in front of the batch ("time_major").',
      'Build the model without time_major, from the same weights.',
    );
  }
  const { shape } = layer.inputs[0];
  if (shape.length !== 3) {
    throw inputError('layer-shape', `its input ${formatShape(shape)} is no sequence of vectors.`);
  }
  const input = layer.narrow(layer.inputs[0]);
  const size = { depth: shape[2], units: config.integer('units') };
  if (size.units < 1) throw inputError('layer-config', `"units" is ${size.units}.`);
  const steps = isOperator ? asOperator(layer, input, size) : asSteps(layer, className, input, size);
  return { ...steps, returnsSequences: config.boolean('return_sequences', false) };
}
