/** The operators that move elements, and the activations, once each: attributes that are not the format's defaults. */

import type { Shape } from '../../../src/core/tensor.ts';
import type { Graph, ValueId } from '../../../src/ir/graph.ts';
import { opOf } from '../../../src/ops/index.ts';
import { int8, TestGraph } from './models.ts';

type Step = readonly [kind: Parameters<typeof opOf>[0], attributes: object];

/** A chain from [1, 4, 4, 4]; each step takes the first output of the one before. */
const STEPS: readonly Step[] = [
  ['elu', {}],
  ['hard_swish', {}],
  ['leaky_relu', { alpha: 0.25 }],
  ['space_to_depth', { blockSize: 2 }],
  ['depth_to_space', { blockSize: 2 }],
  [
    'space_to_batch_nd',
    {
      blockShape: [2, 1],
      paddings: [
        [0, 0],
        [0, 0],
      ],
    },
  ],
  [
    'batch_to_space_nd',
    {
      blockShape: [2, 1],
      crops: [
        [0, 0],
        [1, 0],
      ],
    },
  ],
  ['resize_bilinear', { size: [6, 5], alignCorners: false, halfPixelCenters: true }],
  ['resize_nearest_neighbor', { size: [4, 4], alignCorners: true, halfPixelCenters: false }],
  ['transpose', { permutation: [0, 3, 1, 2] }],
  [
    'pad',
    {
      paddings: [
        [0, 0],
        [1, 2],
        [0, 0],
        [3, 0],
      ],
    },
  ],
  [
    'mirror_pad',
    {
      paddings: [
        [0, 0],
        [2, 0],
        [0, 0],
        [0, 1],
      ],
      mode: 'symmetric',
    },
  ],
  [
    'strided_slice',
    {
      begin: [0, -1, 0, 1],
      end: [0, 0, 2, 5],
      strides: [1, -2, 1, 1],
      beginMask: 4,
      endMask: 2,
      shrinkAxisMask: 1,
    },
  ],
  ['slice', { begin: [0, 1, 0], size: [4, -1, 3] }],
  ['expand_dims', { axis: -1 }],
  ['squeeze', { axes: [1] }],
  ['split', { axis: 0, count: 2 }],
  ['split_v', { axis: 1, sizes: [2, 1] }],
  ['unpack', { axis: 1 }],
];

export function movementOperators(): Graph {
  const graph = new TestGraph();
  const input = graph.input(int8([1, 4, 4, 4], 0.05, 3));
  let value = input;
  let shape: Shape = [1, 4, 4, 4];
  const append = (kind: Step[0], attributes: object, more: readonly (readonly [ValueId, Shape])[] = []) => {
    const operands = [value, ...more.map(([id]) => id)];
    const shapes = opOf(kind).infer(attributes, [shape, ...more.map(([, other]) => other)]);
    const outputs = shapes.map((each) =>
      kind === 'arg_max'
        ? graph.value({ dtype: 'int32', shape: each }, 'output')
        : graph.value(int8(each, 0.05, 3)),
    );
    graph.nodeOfMany(kind, attributes as never, operands, outputs);
    [value, shape] = [outputs[0], shapes[0]];
  };
  const constant = (of: Shape): readonly [ValueId, Shape] => [graph.constant(int8(of, 0.05, 3)), of];

  append('prelu', {}, [constant([4])]);
  append('maximum', {}, [constant([1])]);
  append('minimum', {}, [constant([1, 4])]);
  for (const [kind, attributes] of STEPS) append(kind, attributes);
  append('concatenation', { axis: -1, activation: 'none' }, [[value, shape]]);
  append('pack', { axis: 1 }, [[value, shape]]);
  const indices = graph.constant({ dtype: 'int32', shape: [2] }, Int32Array.of(1, 0));
  append('gather', { axis: 1, batchDims: 0 }, [[indices, [2]]]);
  append('padv2', { paddings: shape.map(() => [1, 0]) }, [constant([1])]);
  append('arg_max', { axis: 1 });
  return graph.build(value);
}
