/** Gates of recurrent cells: a function of what weights make of a step's input and of what the step before has left. */

import { within } from '../functions.ts';
import type { NodeWriter } from '../node-writer.ts';
import type { Activate } from './cell.ts';
import { type Sequence, stepsOf } from './sequence.ts';

/** Of one gate, row-major. */
export interface GateWeights {
  /** [units, depth]. */
  readonly input: Float32Array;
  /** [units, units]. */
  readonly hidden: Float32Array;
  /** [units]. */
  readonly bias: Float32Array;
}

export interface CellSize {
  /** Of the input of a step. */
  readonly depth: number;
  readonly units: number;
}

/** Arrays behind one another. */
function stacked(arrays: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(arrays.reduce((length, array) => length + array.length, 0));
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return all;
}

/** Gates with one activation, computed together; weights are constants once, whatever the number of steps. */
export class Gates<Tensor> {
  readonly #writer: NodeWriter<Tensor>;
  readonly #activation: Activate<Tensor>;
  readonly #count: number;
  readonly #hidden: Tensor;
  readonly #fromInput: readonly Tensor[];

  constructor(
    writer: NodeWriter<Tensor>,
    part: string,
    sequence: Sequence<Tensor>,
    { depth, units }: CellSize,
    gates: readonly GateWeights[],
    activation: Activate<Tensor>,
  ) {
    this.#writer = writer;
    this.#activation = activation;
    this.#count = gates.length;
    const rows = gates.length * units;
    const constant = (name: string, shape: readonly number[], data: Float32Array) =>
      writer.constant(within(part, name), shape, data);
    const weights = constant('kernel', [rows, depth], stacked(gates.map(({ input }) => input)));
    const bias = constant('bias', [rows], stacked(gates.map((gate) => gate.bias)));
    this.#hidden = constant('recurrent_kernel', [rows, units], stacked(gates.map(({ hidden }) => hidden)));
    const all = dense(writer, within(part, 'of_inputs'), [sequence.rows, weights, bias]);
    this.#fromInput = stepsOf(writer, within(part, 'steps'), { rows: all, steps: sequence.steps });
  }

  /** What the input of a step gives, before the activation. */
  ofInput(step: number): Tensor {
    return this.#fromInput[step];
  }

  /** What the hidden state gives; nothing without one. */
  ofHidden(part: string, hidden: Tensor | undefined): Tensor | undefined {
    return hidden === undefined
      ? undefined
      : dense(this.#writer, within(part, 'of_hidden'), [hidden, this.#hidden]);
  }

  /** Before the activation. */
  sum(part: string, step: number, hidden: Tensor | undefined): Tensor {
    return sumOf(this.#writer, within(part, 'sum'), this.#fromInput[step], this.ofHidden(part, hidden));
  }

  /** Behind it: one tensor of [batch, units] for each gate. */
  activated(part: string, sum: Tensor): readonly Tensor[] {
    const all = this.#activation(this.#writer, within(part, 'activation'), sum);
    return this.#count === 1
      ? [all]
      : this.#writer.addMany('split', within(part, 'gates'), { axis: 1, count: this.#count }, [all]);
  }
}

function dense<Tensor>(writer: NodeWriter<Tensor>, part: string, operands: readonly Tensor[]): Tensor {
  return writer.add('fully_connected', part, { activation: 'none', keepNumDims: false }, operands);
}

export function product<Tensor>(writer: NodeWriter<Tensor>, part: string, a: Tensor, b: Tensor): Tensor {
  return writer.add('mul', part, { activation: 'none' }, [a, b]);
}

/** Of what is there. */
export function sumOf<Tensor>(
  writer: NodeWriter<Tensor>,
  part: string,
  a: Tensor,
  b: Tensor | undefined,
): Tensor {
  return b === undefined ? a : writer.add('add', part, { activation: 'none' }, [a, b]);
}
