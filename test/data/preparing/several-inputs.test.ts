import { expect, it } from 'vitest';
import { namedInputs, type Preparation, preparedShape } from '../../../src/core/samples/preparation.ts';
import { applyPreparation, fitInput, parsePreparation } from '../../../src/data/preparing/preparation.ts';

const affine = (offset: readonly number[], scale: readonly number[]) =>
  ({ step: 'affine', parameters: { offset: [...offset], scale: [...scale] } }) as const;

/** Rows of a, b, c: one input sees c and a of all rows, the other b of the last. */
const TWO: Preparation = {
  version: 1,
  inputShape: [2, 3],
  steps: [],
  inputs: [
    { name: 'both', columns: [2, 0], rows: 'all', steps: [affine([1, 0], [2, 1])] },
    { name: 'last', columns: [1], rows: 'last', steps: [] },
  ],
};
const SAMPLES = [1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60];
const PREPARED = [4, 1, 10, 4, 5, 58, 10, 118, 40, 50];

it('a sample has what each input sees, prepared, one after another', () => {
  expect(preparedShape(TWO)).toEqual([5]);
  expect(namedInputs(TWO)).toEqual([
    { name: 'both', shape: [2, 2] },
    { name: 'last', shape: [1] },
  ]);
  const into = new Float32Array(10);
  applyPreparation(TWO)(Float32Array.from(SAMPLES), 2, into);
  expect([...into]).toEqual(PREPARED);
});

it('may lie where it was itself', () => {
  const samples = Float32Array.from(SAMPLES);
  applyPreparation(TWO)(samples, 2, samples);
  expect([...samples.subarray(0, 10)]).toEqual(PREPARED);
});

it('is fitted on what the input sees', async () => {
  const [both] = TWO.inputs ?? [];
  const stream = () => [Float32Array.from(SAMPLES)];
  const { steps } = await fitInput(
    { ...both, columns: [1], rows: 'last' },
    [{ step: 'standard' }],
    stream,
    [2, 3],
  );
  // 5 and 50.
  expect(steps).toEqual(
    [affine([27.5], [1 / 22.5])].map((step) => expect.objectContaining({ step: step.step })),
  );
  const [{ parameters }] = steps as ReturnType<typeof affine>[];
  expect(
    [parameters.offset[0], 1 / parameters.scale[0]].map((value) => Math.round(value * 1e4) / 1e4),
  ).toEqual([27.5, 22.5]);
});

it.each<[string, object]>([
  ['sees more than the 3 readings', { inputs: [{ ...TWO.inputs?.[0], columns: [3] }, TWO.inputs?.[1]] }],
  ['two inputs have one name', { inputs: [TWO.inputs?.[1], TWO.inputs?.[1]] }],
  ['it has steps beside its inputs', { steps: [affine([0], [1])] }],
  ['inputs', { inputs: [TWO.inputs?.[0]] }],
])('%s is refused', (message, changes) => {
  expect(parsePreparation(JSON.stringify(TWO))).toEqual(TWO);
  expect(() => parsePreparation(JSON.stringify({ ...TWO, ...changes }))).toThrow(message);
});
