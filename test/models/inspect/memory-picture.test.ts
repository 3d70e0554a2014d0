import { expect, it } from 'vitest';
import type { ModelOutline, OutlineOperator } from '../../../src/ir/outline.ts';
import { memoryPicture } from '../../../src/models/inspect/memory-picture.ts';
import type { ArenaPlan } from '../../../src/planner/arena-plan.ts';
import { tensor } from '../outlines.ts';

function operator(name: string, more: Partial<OutlineOperator> = {}): OutlineOperator {
  return { name, version: 1, inputs: [0], outputs: [1], intermediates: [], ...more };
}

const tensors = ['x', 'y', 'z'].map((name) => tensor('int8', [16], { name }));

/** CALL_ONCE runs the second subgraph in front of the two operators that follow it. */
const OUTLINE: ModelOutline = {
  subgraphs: [
    {
      tensors,
      operators: [
        operator('CALL_ONCE', { inputs: [], outputs: [], calls: [1] }),
        operator('CUSTOM', { customName: 'Mine' }),
        operator('RELU', { inputs: [1], outputs: [2] }),
      ],
      inputs: [0],
      outputs: [2],
    },
    {
      tensors: [tensors[0]],
      operators: [operator('VAR_HANDLE', { inputs: [], outputs: [0] })],
      inputs: [],
      outputs: [],
    },
  ],
};

const place = { bytes: 16, subgraph: 0 };
const PLAN: ArenaPlan = {
  target: 'x86-64',
  headBytes: 64,
  tailBytes: 100,
  usedBytes: 164,
  acceptedBytes: 176,
  minimumBytes: 176,
  minimumSetBy: 'used',
  buffers: [
    { ...place, scratchOf: 1, offset: 48, firstUse: 4, lastUse: 4 },
    { ...place, tensor: 1, offset: 16, firstUse: 4, lastUse: 5 },
    { ...place, tensor: 2, offset: 0, firstUse: 5, lastUse: 5 },
    { ...place, tensor: 0, offset: 0, firstUse: 0, lastUse: 4 },
    { ...place, subgraph: 1, tensor: 0, offset: 32, firstUse: 3, lastUse: 3 },
    { ...place, subgraph: 1, tensor: 0, offset: 32, firstUse: -1, lastUse: -1 },
  ],
  tail: [],
  unknownOperators: ['Mine'],
};

it('names buffers and steps, in the order in which things run', () => {
  const box = (label: string, kind: string, offset: number, first: number, last: number) => ({
    label,
    kind,
    bytes: 16,
    offset,
    first,
    last,
  });
  expect(memoryPicture(OUTLINE, PLAN, 'm')).toEqual({
    title: 'm',
    steps: ['input', 'CALL_ONCE', 'subgraph 1', 'VAR_HANDLE', 'Mine', 'RELU'],
    boxes: [
      box('x', 'input', 0, 0, 4),
      box('z', 'output', 0, 5, 5),
      box('y', 'activation', 16, 4, 5),
      box('x', 'activation', 32, 3, 3),
      box('scratch of Mine', 'scratch', 48, 4, 4),
    ],
    headBytes: 64,
    arena: { tailBytes: 100, minimumBytes: 176 },
    unknownOperators: ['Mine'],
  });
});
