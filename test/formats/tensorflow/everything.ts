/** A graph with something of everything that a file may have, for damaged copies of it. */

import { constant, integers, placeholder, type TestFunction, type TestNode } from './graph-file.ts';

const ONE = [1, 1, 1, 1];

const nodes: readonly TestNode[] = [
  placeholder('x', [-1, 4, 4, 2]),
  constant(
    'kernel',
    [2, 2, 2, 3],
    Array.from({ length: 24 }, (_, at) => at - 12),
  ),
  {
    name: 'conv',
    operator: 'Conv2D',
    inputs: ['x', 'kernel'],
    attributes: {
      strides: [1, 2, 1, 1],
      dilations: ONE,
      padding: 'EXPLICIT',
      explicit_paddings: [0, 0, 1, 0, 0, 1, 0, 0],
    },
  },
  {
    name: 'pool',
    operator: 'AvgPool',
    inputs: ['conv'],
    attributes: { ksize: [1, 2, 2, 1], strides: ONE, padding: 'SAME' },
  },
  { name: 'sizes', operator: 'Shape', inputs: ['pool'] },
  integers('first', [1], [0]),
  integers('second', [1], [1]),
  {
    name: 'batch',
    operator: 'StridedSlice',
    inputs: ['sizes', 'first', 'second', 'second'],
    attributes: { shrink_axis_mask: 1 },
  },
  integers('rest', [], [-1]),
  { name: 'shape', operator: 'Pack', inputs: ['batch', 'rest'], attributes: { axis: 0 } },
  { name: 'rows', operator: 'Reshape', inputs: ['pool', 'shape'] },
  { name: 'twice', operator: 'PartitionedCall', inputs: ['rows'], attributes: { f: { function: 'double' } } },
  integers('zero', [], [0]),
  integers('three', [], [3]),
  {
    name: 'loop',
    operator: 'StatelessWhile',
    inputs: ['zero', 'twice', 'three'],
    attributes: { cond: { function: 'goes_on' }, body: { function: 'step' } },
  },
  { name: 'decided', operator: 'Less', inputs: ['zero', 'three'] },
  { name: 'switch', operator: 'Switch', inputs: ['loop:1', 'decided'] },
  { name: 'no', operator: 'Neg', inputs: ['switch'] },
  { name: 'yes', operator: 'Tanh', inputs: ['switch:1'] },
  { name: 'merged', operator: 'Merge', inputs: ['no', 'yes'] },
  { name: 'Identity', operator: 'Identity', inputs: ['merged', '^loop'] },
];

const functions: readonly TestFunction[] = [
  {
    name: 'double',
    inputs: ['a'],
    nodes: [{ name: 'sum', operator: 'AddV2', inputs: ['a', 'a'] }],
    results: { r: 'sum:z:0' },
  },
  {
    name: 'goes_on',
    inputs: ['i', 'x', 'most'],
    nodes: [{ name: 'less', operator: 'Less', inputs: ['i', 'most'] }],
    results: { r: 'less:z:0' },
  },
  {
    name: 'step',
    inputs: ['i', 'x', 'most'],
    nodes: [
      integers('one', [], [1]),
      constant('half', [], [0.5]),
      { name: 'next', operator: 'AddV2', inputs: ['i', 'one:output:0'] },
      { name: 'less', operator: 'Mul', inputs: ['x', 'half:output:0'] },
    ],
    results: { i: 'next:z:0', x: 'less:z:0', most: 'most' },
  },
];

export const EVERYTHING = { nodes, functions };
