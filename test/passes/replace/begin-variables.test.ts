import { expect, it } from 'vitest';
import { readTflite } from '../../../src/formats/tflite/read.ts';
import { writeTflite } from '../../../src/formats/tflite/write.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { runPasses } from '../../../src/passes/pass.ts';
import { beginVariables } from '../../../src/passes/replace/begin-variables.ts';
import { recurrentOperators, resourceOperators } from '../../formats/tflite/recurrent-models.ts';

it('assigns a variable its zero point, and leaves those that begin otherwise', () => {
  const graph = resourceOperators();
  const begun = runPasses(graph, [beginVariables]);
  const initial = [...begun.values.values()].flatMap(({ state }) =>
    state === undefined ? [] : [state.initial],
  );
  expect(initial).toEqual([Int8Array.of(5, 6, 7), Int8Array.of(4, 4, 4)]);
  expect(runPasses(begun, [beginVariables])).toEqual(begun);
  const [before, after] = [graph, readTflite(writeTflite(begun)).graph].map((one) => createInterpreter(one));
  for (const record of [Int8Array.of(5, 4, 3), Int8Array.of(9, 9, -9)])
    expect(after.invoke([record])).toEqual(before.invoke([record]));
});

it('leaves variable tensors of other operators', () => {
  const graph = recurrentOperators();
  expect(runPasses(graph, [beginVariables]).values).toEqual(graph.values);
});
