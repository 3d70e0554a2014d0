import { describe, expect, it } from 'vitest';
import { arrayRecords } from '../../../src/data/records/records.ts';
import { readOutline } from '../../../src/formats/tflite/read-outline.ts';
import { convertModel } from '../../../src/models/convert/convert-model.ts';
import { meansAsDense } from '../../../src/passes/replace/means-as-dense.ts';
import { modelObjections } from '../../../src/targets/tflm/model-objections.ts';
import { expectUntouched, graphOf, passKinds } from '../run-pass.ts';

const mean = (shape: readonly number[], axes: readonly number[], keepDims = true) =>
  graphOf((b) => [b.add('mean', 'y', { axes, keepDims }, [b.in('x', ...shape)])]);

describe('means-as-dense', () => {
  it.each([
    [[1, 5, 8], [2]],
    [
      [1, 2, 3, 4],
      [2, 3],
    ],
  ])('weighs the last axes of %j alike', (shape, axes) => {
    for (const keepDims of [true, false]) {
      expect(passKinds(mean(shape, axes, keepDims), meansAsDense)).toEqual([
        'reshape',
        'fully_connected',
        'reshape',
      ]);
    }
  });

  it('leaves means over others, or over all, alone', () => {
    for (const axes of [[1], [0, 1, 2], [0, 2]]) expectUntouched(mean([2, 5, 8], axes), meansAsDense);
  });

  it('makes an int8 model that the Arduino libraries run', async () => {
    const data = Float32Array.from({ length: 32 * 40 }, (_, at) => Math.sin(at));
    const calibration = arrayRecords({ shape: [32, 5, 8], data });
    for (const library of ['chirale', 'arduino-tflm'] as const) {
      const { bytes } = await convertModel(mean([1, 5, 8], [2]), { calibration, library });
      expect(modelObjections(library, readOutline(bytes).outline)).toEqual([]);
    }
  });
});
