import { describe, expect, it } from 'vitest';
import { readOutline } from '../../../src/formats/tflite/read-outline.ts';
import { modelObjections } from '../../../src/targets/tflm/model-objections.ts';
import { LIBRARIES, type Library } from '../../../src/targets/tflm/operators.ts';
import { BuiltinOperator, type FileOf, fileOf, type OperatorOf } from '../../formats/tflite/file-of.ts';

const row = { shape: [1, 4] } as const;
const open = { shape: [-1, 4] } as const;

function operator(code: BuiltinOperator, input: number, output: number, customName?: string): OperatorOf {
  return { code, inputs: [input], outputs: [output], ...(customName === undefined ? {} : { customName }) };
}

function objections(library: Library, file: FileOf) {
  return modelObjections(library, readOutline(fileOf(file)).outline);
}

/** Cause, and place of the operator where one is to blame. */
function told(library: Library, file: FileOf): string[] {
  return objections(library, file).map((one) => ('index' in one ? `${one.cause} ${one.index}` : one.cause));
}

const { CUSTOM, RELU, REVERSE_V2, TILE } = BuiltinOperator;

describe.each(LIBRARIES)('%s', (library) => {
  it('has nothing against a sound model', () => {
    const file = { tensors: [row, row], operators: [operator(RELU, 0, 1)], outputs: [1] };
    expect(objections(library, file)).toEqual([]);
  });

  it('has one objection to each operator, in order, and then to the ends', () => {
    const file = {
      tensors: [row, row, row, open, row, { ...row, type: 'string' }, row],
      operators: [
        operator(CUSTOM, 0, 1, 'MyOp'),
        operator(RELU, 1, 2),
        operator(RELU, 2, 3),
        operator(CUSTOM, 3, 4, 'FlexErf'),
        operator(TILE, 1, 2),
      ],
      outputs: [6],
    } as const;
    expect(told(library, file)).toEqual(['foreign 0', 'unsized 2', 'foreign 3', 'lacking 4', 'ends']);
  });

  it('needs memory also for a tensor that no operator touches', () => {
    const file = { tensors: [row, row, open], operators: [operator(RELU, 0, 1)], outputs: [1] };
    expect(told(library, file)).toEqual(['unplanned']);
  });
});

it('tells an operator that a library lacks from one that it does not run as it is meant', () => {
  const file = { tensors: [row, row], operators: [operator(REVERSE_V2, 0, 1)], outputs: [1] };
  expect(LIBRARIES.map((library) => told(library, file))).toEqual([
    ['limit 0'],
    ['lacking 0'],
    ['lacking 0'],
  ]);
});
