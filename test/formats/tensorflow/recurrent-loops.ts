/** Loops of recurrent cells as TensorFlow's files have them: a body that reads a list of steps and writes one of outputs. */

import { createRandom } from '../../../src/core/random.ts';
import { constant, graphBytes, integers, placeholder, type TestNode } from './graph-file.ts';

export const [STEPS, DEPTH, UNITS] = [5, 2, 3];

function random(name: string, shape: readonly number[]): TestNode {
  const numbers = createRandom(5, name);
  const length = shape.reduce((product, size) => product * size, 1);
  return constant(
    name,
    shape,
    Array.from({ length }, () => numbers.uniform() * 2 - 1),
  );
}

function node(name: string, operator: string, ...inputs: readonly string[]): TestNode {
  return { name, operator, inputs };
}

/** The nodes of a cell, which reads `x`, `h` and, of an LSTM, `c`, and gives `next_h` and `next_c`. */
export interface TestCell {
  readonly nodes: readonly TestNode[];
  readonly states: readonly ('h' | 'c')[];
}

function split(name: string, of: string, count: number): readonly TestNode[] {
  return [
    integers(`${name}_axis`, [], [1]),
    { ...node(name, 'Split', `${name}_axis`, of), attributes: { num_split: count } },
  ];
}

/** As Keras has it, gates in the order `order`; `output` is the function of the cell state on its way out. */
export function lstmCell(order = 'ifco', output = 'Tanh'): TestCell {
  const gate = (name: string): string => `gates:output:${order.indexOf(name)}`;
  const nodes = [
    random('kernel', [DEPTH, 4 * UNITS]),
    random('recurrent', [UNITS, 4 * UNITS]),
    random('bias', [4 * UNITS]),
    node('of_x', 'MatMul', 'x', 'kernel'),
    node('of_h', 'MatMul', 'h', 'recurrent'),
    node('sum', 'AddV2', 'of_x', 'of_h'),
    node('biased', 'BiasAdd', 'sum', 'bias'),
    ...split('gates', 'biased', 4),
    node('input', 'Sigmoid', gate('i')),
    node('forget', 'Sigmoid', gate('f')),
    node('candidate', 'Tanh', gate('c')),
    node('output', 'Sigmoid', gate('o')),
    node('kept', 'Mul', 'forget', 'c'),
    node('incoming', 'Mul', 'input', 'candidate'),
    node('next_c', 'AddV2', 'kept', 'incoming'),
    node('shown', output, 'next_c'),
    node('next_h', 'Mul', 'output', 'shown'),
  ];
  return { nodes, states: ['h', 'c'] };
}

/** As TensorFlow 1 has it: one product of both, and one added to the forget gate. */
export function basicLstmCell(): TestCell {
  const nodes = [
    random('kernel', [DEPTH + UNITS, 4 * UNITS]),
    random('bias', [4 * UNITS]),
    integers('join_axis', [], [1]),
    { ...node('both', 'ConcatV2', 'x', 'h', 'join_axis'), attributes: { N: 2 } },
    node('product', 'MatMul', 'both', 'kernel'),
    node('biased', 'BiasAdd', 'product', 'bias'),
    ...split('gates', 'biased', 4),
    constant('one', [], [1]),
    node('more', 'AddV2', 'gates:output:2', 'one'),
    node('forget', 'Sigmoid', 'more'),
    node('input', 'Sigmoid', 'gates:output:0'),
    node('candidate', 'Tanh', 'gates:output:1'),
    node('output', 'Sigmoid', 'gates:output:3'),
    node('kept', 'Mul', 'c', 'forget'),
    node('incoming', 'Mul', 'input', 'candidate'),
    node('next_c', 'AddV2', 'kept', 'incoming'),
    node('shown', 'Tanh', 'next_c'),
    node('next_h', 'Mul', 'shown', 'output'),
  ];
  return { nodes, states: ['c', 'h'] };
}

export function rnnCell(): TestCell {
  const { nodes } = lstmCell();
  const product = nodes.slice(0, 7);
  return {
    nodes: [...product, ...split('parts', 'biased', 4), node('next_h', 'Tanh', 'parts:output:2')],
    states: ['h'],
  };
}

export interface LoopOptions {
  /** Behind the loop; `lstm` the outputs of all steps as [1, steps, units], `h` and `c` the last states. */
  readonly output?: 'all' | 'h' | 'c';
  /** What the loop reads from the last step on. */
  readonly isReversed?: boolean;
}

/** A frozen graph: [1, steps, depth], the steps first, a list of them, the loop. */
export function loopFile({ nodes, states }: TestCell, options: LoopOptions = {}): Uint8Array {
  const { output = 'all', isReversed = false } = options;
  const float = { element_dtype: { type: 1 } };
  const arguments_ = ['time', 'outputs', ...states, 'list'];
  const around: readonly TestNode[] = [
    placeholder('in', [1, STEPS, DEPTH]),
    integers('order', [3], [1, 0, 2]),
    node('turned', 'Transpose', 'in', 'order'),
    integers('time_axis', [1], [0]),
    node('reversed', 'ReverseV2', 'turned', 'time_axis'),
    integers('item_shape', [2], [1, DEPTH]),
    {
      ...node('list', 'TensorListFromTensor', isReversed ? 'reversed' : 'turned', 'item_shape'),
      attributes: float,
    },
    integers('state_shape', [2], [1, UNITS]),
    integers('steps', [], [STEPS]),
    { ...node('empty', 'TensorListReserve', 'state_shape', 'steps'), attributes: float },
    constant('zero', [], [0]),
    node('zeros', 'Fill', 'state_shape', 'zero'),
    integers('begin', [], [0]),
    {
      ...node('loop', 'StatelessWhile', 'begin', 'empty', ...states.map(() => 'zeros'), 'list'),
      attributes: { cond: { function: 'goes_on' }, body: { function: 'step' } },
    },
    { ...node('stacked', 'TensorListStack', 'loop:1', 'state_shape'), attributes: float },
    node('all', 'Transpose', 'stacked', 'order'),
    ...states.map((state, at) => node(state, 'Identity', `loop:${at + 2}`)),
    node('out', 'Neg', output),
  ];
  const goesOn = {
    name: 'goes_on',
    inputs: arguments_,
    results: { goes_on: 'less:z:0' },
    nodes: [integers('last', [], [STEPS]), node('less', 'Less', 'time', 'last:output:0')],
  };
  const inside = new Map(nodes.map(({ name, operator }) => [name, operator] as const));
  const tensor = (text: string): string => {
    const operator = inside.get(text);
    if (operator === undefined) return text;
    const named: Readonly<Record<string, string>> = {
      Const: 'output',
      MatMul: 'product',
      BiasAdd: 'output',
      ConcatV2: 'output',
      Sigmoid: 'y',
      Tanh: 'y',
      Relu: 'activations',
    };
    return `${text}:${named[operator] ?? 'z'}:0`;
  };
  const step = {
    name: 'step',
    inputs: arguments_,
    results: {
      time: 'next_time:z:0',
      outputs: 'written:output_handle:0',
      ...Object.fromEntries(states.map((state) => [state, tensor(`next_${state}`)])),
      list: 'list',
    },
    nodes: [
      integers('own_shape', [2], [1, DEPTH]),
      { ...node('x', 'TensorListGetItem', 'list', 'time', 'own_shape:output:0'), attributes: float },
      ...nodes.map((one) => ({
        ...one,
        inputs: (one.inputs ?? []).map((text) => (text === 'x' ? 'x:item:0' : tensor(text))),
      })),
      { ...node('written', 'TensorListSetItem', 'outputs', 'time', tensor('next_h')), attributes: float },
      integers('one_step', [], [1]),
      node('next_time', 'AddV2', 'time', 'one_step:output:0'),
    ],
  };
  return graphBytes(around, [goesOn, step]);
}

/** As `dynamic_rnn` of TensorFlow 1 has it: arrays of steps, in a frame whose constants enter it beside its state. */
export function arrayLoopFile({ nodes, states }: TestCell, output: 'all' | 'h' | 'c' = 'all'): Uint8Array {
  const array = (name: string): TestNode => ({
    ...node(name, 'TensorArrayV3', 'steps'),
    attributes: { dtype: { type: 1 } },
  });
  const element = { dtype: { type: 1 } };
  const frame = { frame_name: 'rnn' };
  const state = ['time', 'flow', ...states];
  const begin = ['begin', 'outputs:1', ...states.map(() => 'zeros')];
  const next = ['next_time', 'written', ...states.map((name) => `next_${name}`)];
  const inFrame = (text: string): string =>
    states.some((name) => name === text) ? `switch_${text}:1` : text;
  return graphBytes([
    placeholder('in', [1, STEPS, DEPTH]),
    integers('order', [3], [1, 0, 2]),
    node('turned', 'Transpose', 'in', 'order'),
    integers('steps', [], [STEPS]),
    integers('all_steps', [STEPS], [...Array(STEPS).keys()]),
    array('inputs'),
    array('outputs'),
    {
      ...node('filled', 'TensorArrayScatterV3', 'inputs', 'all_steps', 'turned', 'inputs:1'),
      attributes: element,
    },
    integers('state_shape', [2], [1, UNITS]),
    constant('zero', [], [0]),
    node('zeros', 'Fill', 'state_shape', 'zero'),
    integers('begin', [], [0]),
    ...state.map((name, at) => ({ ...node(`enter_${name}`, 'Enter', begin[at]), attributes: frame })),
    { ...node('enter_inputs', 'Enter', 'inputs'), attributes: frame },
    { ...node('enter_filled', 'Enter', 'filled'), attributes: frame },
    { ...node('enter_outputs', 'Enter', 'outputs'), attributes: frame },
    ...state.map((name) => node(`merge_${name}`, 'Merge', `enter_${name}`, `next_${name}_iteration`)),
    node('less', 'Less', 'merge_time', 'steps'),
    node('goes_on', 'LoopCond', 'less'),
    ...state.map((name) => node(`switch_${name}`, 'Switch', `merge_${name}`, 'goes_on')),
    {
      ...node('x', 'TensorArrayReadV3', 'enter_inputs', 'switch_time:1', 'enter_filled'),
      attributes: element,
    },
    ...nodes.map((one) => ({
      ...one,
      inputs: (one.inputs ?? []).map((text) => inFrame(text.replace(':output', ''))),
    })),
    {
      ...node('written', 'TensorArrayWriteV3', 'enter_outputs', 'switch_time:1', 'next_h', 'switch_flow:1'),
      attributes: element,
    },
    integers('one_step', [], [1]),
    node('next_time', 'AddV2', 'switch_time:1', 'one_step'),
    ...state.map((name, at) => node(`next_${name}_iteration`, 'NextIteration', next[at])),
    ...state.map((name) =>
      node(name === 'time' || name === 'flow' ? `exit_${name}` : name, 'Exit', `switch_${name}`),
    ),
    { ...node('stacked', 'TensorArrayGatherV3', 'outputs', 'all_steps', 'exit_flow'), attributes: element },
    node('all', 'Transpose', 'stacked', 'order'),
    node('out', 'Neg', output),
  ]);
}
