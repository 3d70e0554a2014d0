/** Resource variables in files: what is no variable, or is initialized otherwise, is refused by name. */

import { describe, expect, it } from 'vitest';
import { TinymlError } from '../../../src/core/errors.ts';
import { readTflite } from '../../../src/formats/tflite/read.ts';
import { writeTflite } from '../../../src/formats/tflite/write.ts';
import { readTflmModel } from '../../../src/models/tflm-model.ts';
import { BuiltinOperator, type FileOf, fileOf } from './file-of.ts';
import { resourceOperators } from './recurrent-models.ts';

const int8 = { type: 'int8', shape: [2], scale: 0.1 } as const;
const handle = { type: 'resource', shape: [] } as const;
const varHandle = { code: BuiltinOperator.VAR_HANDLE, inputs: [], outputs: [1] };
const read = { code: BuiltinOperator.READ_VARIABLE, inputs: [1], outputs: [2] };
const assign = { code: BuiltinOperator.ASSIGN_VARIABLE, inputs: [1, 0], outputs: [] };
const callOnce = { code: BuiltinOperator.CALL_ONCE, inputs: [], outputs: [] };

function refusalOf(file: Partial<FileOf>): string {
  try {
    readTflite(fileOf({ tensors: [int8, handle, int8], operators: [], outputs: [2], ...file }));
  } catch (error) {
    if (error instanceof TinymlError) return `${error.kind} ${error.code}: ${error.message}`;
    throw error;
  }
  return expect.fail('nothing was refused');
}

describe('variables', () => {
  it('begin as a reset leaves them where nothing else is said', () => {
    const { graph } = readTflite(
      fileOf({ tensors: [int8, handle, int8], operators: [varHandle, read, assign], outputs: [2] }),
    );
    expect(graph.nodes.map(({ kind }) => kind)).toEqual(['read_variable', 'assign_variable']);
    expect(graph.values.get(1)).toMatchObject({ type: { dtype: 'int8', shape: [2] }, state: {} });
  });

  it('are run by TensorFlow Lite Micro as they are written', () => {
    expect(readTflmModel(writeTflite(resourceOperators())).graph.nodes).toHaveLength(5);
  });

  it.each<[string, string, Partial<FileOf>]>([
    [
      'have no name',
      'unsupported unsupported-type: operator 0 (READ_VARIABLE): takes "tensor 1" for a variable',
      { operators: [read, assign] },
    ],
    [
      'are inputs',
      'unsupported unsupported-type: The model\'s input "tensor 1" stands for a variable',
      { operators: [assign], inputs: [0, 1] },
    ],
    [
      'are outputs',
      'unsupported state-end: "tensor 1", an input or output',
      { operators: [varHandle, read, assign], outputs: [1] },
    ],
    [
      'are read by others',
      'reads "tensor 1", a variable that keeps',
      {
        tensors: [int8, handle, int8, int8],
        operators: [varHandle, read, assign, { code: BuiltinOperator.RELU, inputs: [1], outputs: [3] }],
        outputs: [2, 3],
      },
    ],
    [
      'have another shape than what is assigned',
      'shape-mismatch',
      {
        tensors: [int8, handle, { ...int8, shape: [3] }],
        operators: [varHandle, read, assign],
      },
    ],
    [
      'are initialized by a subgraph that is not there',
      'input corrupt-tflite: CALL_ONCE runs subgraph 0 of 1',
      { operators: [callOnce, varHandle, read, assign] },
    ],
  ])('that %s are refused', (_, message, file) => {
    expect(refusalOf(file)).toContain(message);
  });
});
