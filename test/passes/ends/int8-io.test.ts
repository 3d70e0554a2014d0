import { expect, test } from 'vitest';
import { importTflite } from '../../../src/formats/tflite/read.ts';
import { int8Io } from '../../../src/passes/ends/int8-io.ts';
import { runPasses } from '../../../src/passes/pass.ts';
import { BuiltinOperator, fileOf, type OperatorOf } from '../../formats/tflite/file-of.ts';

const { QUANTIZE, DEQUANTIZE, RELU } = BuiltinOperator;
const shape = [1, 2];
const int8 = { type: 'int8', shape, scale: 0.5, zeroPoint: 3 } as const;

/** float32 0, int8 1 and 2, float32 3. */
function graphOf(operators: readonly OperatorOf[], outputs: readonly number[]) {
  return importTflite(fileOf({ tensors: [{ shape }, int8, int8, { shape }], operators, outputs }));
}

const enter: OperatorOf = { code: QUANTIZE, inputs: [0], outputs: [1] };
const compute: OperatorOf = { code: RELU, inputs: [1], outputs: [2] };
const leave: OperatorOf = { code: DEQUANTIZE, inputs: [2], outputs: [3] };

test('what stands at the ends goes, and the ends keep their names', () => {
  const graph = runPasses(graphOf([enter, compute, leave], [3]), [int8Io]);
  expect(graph.nodes.map(({ kind }) => kind)).toEqual(['relu']);
  expect([graph.inputs, graph.outputs]).toEqual([[1], [2]]);
  expect([...graph.values.values()].map(({ name }) => name)).toEqual(['tensor 0', 'tensor 3']);
  expect(runPasses(graph, [int8Io])).toEqual(graph);
});

test('an output that other operators read too, and a model of both ends alone, keep what they need', () => {
  const read = graphOf([enter, compute, leave], [2, 3]);
  expect(runPasses(read, [int8Io]).nodes.map(({ kind }) => kind)).toEqual(['relu', 'dequantize']);
  const both = graphOf([enter, { ...leave, inputs: [1] }], [3]);
  expect(runPasses(both, [int8Io]).nodes.map(({ kind }) => kind)).toEqual(['dequantize']);
});
