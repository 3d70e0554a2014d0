/** One small network in every form of TensorFlow: a convolution, a bias, an activation, a pool, a dense layer. */

import { constant, integers, placeholder, type TestNode } from './graph-file.ts';
import type { TestSavedModel, TestVariable } from './saved-model-file.ts';

function numbers(count: number, step: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => Math.sin(step * (index + 1)));
}

/** Weights as Keras has them. */
export const KERNEL: TestVariable = { name: 'kernel', shape: [3, 3, 2, 3], values: numbers(54, 0.7) };
export const BIAS: TestVariable = { name: 'bias', shape: [3], values: [0.1, -0.2, 0.3] };
export const DENSE: TestVariable = { name: 'dense', shape: [12, 4], values: numbers(48, 1.3) };
const VARIABLES = [KERNEL, BIAS, DENSE];

const WINDOW = { strides: [1, 1, 1, 1], padding: 'SAME', dilations: [1, 1, 1, 1] } as const;
const POOL = { ksize: [1, 2, 2, 1], strides: [1, 2, 2, 1], padding: 'VALID' } as const;

/** From x [N, 4, 4, 2] to `Identity` [N, 4]; \`read\` names what an operator reads of a node's output. */
function layers(
  read: (node: string, output: string) => string,
  weight: (name: string) => string,
): TestNode[] {
  return [
    { name: 'conv', operator: 'Conv2D', inputs: ['x', weight('kernel')], attributes: WINDOW },
    { name: 'sum', operator: 'BiasAdd', inputs: [read('conv', 'output'), weight('bias')] },
    { name: 'relu', operator: 'Relu', inputs: [read('sum', 'output')] },
    { name: 'pool', operator: 'MaxPool', inputs: [read('relu', 'activations')], attributes: POOL },
    integers('flat', [2], [-1, 12]),
    { name: 'rows', operator: 'Reshape', inputs: [read('pool', 'output'), read('flat', 'output')] },
    { name: 'product', operator: 'MatMul', inputs: [read('rows', 'output'), weight('dense')] },
    { name: 'softmax', operator: 'Softmax', inputs: [read('product', 'product')] },
  ];
}

const X = placeholder('x', [-1, 4, 4, 2]);

/** With its weights as constants. */
export const FROZEN_NODES: readonly TestNode[] = [
  X,
  ...VARIABLES.map(({ name, shape, values }) => constant(name, shape, values)),
  ...layers(
    (node) => node,
    (name) => name,
  ),
  { name: 'Identity', operator: 'Identity', inputs: ['softmax'] },
];

/** With its weights as variables, which a function is given. */
export const SAVED_MODEL: TestSavedModel = {
  nodes: [
    X,
    {
      name: 'call',
      operator: 'StatefulPartitionedCall',
      inputs: ['x', ...VARIABLES.map(({ name }) => name)],
      attributes: { f: { function: 'serve' } },
    },
  ],
  functions: [
    {
      name: 'serve',
      inputs: ['x', ...VARIABLES.map(({ name }) => name)],
      nodes: [
        ...VARIABLES.map(({ name }) => ({
          name: `read_${name}`,
          operator: 'ReadVariableOp',
          inputs: [name],
        })),
        ...layers(
          (node, output) => `${node}:${output}:0`,
          (name) => `read_${name}:value:0`,
        ),
      ],
      results: { y: 'softmax:softmax:0' },
    },
  ],
  variables: VARIABLES,
  inputs: { x: 'x:0' },
  outputs: { y: 'call:0' },
};
