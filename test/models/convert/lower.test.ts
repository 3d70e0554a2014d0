import { describe, expect, it } from 'vitest';
import { arrayRecords } from '../../../src/data/records/records.ts';
import { readTflite } from '../../../src/formats/tflite/read.ts';
import { writeTflite } from '../../../src/formats/tflite/write.ts';
import { convertModel } from '../../../src/models/convert/convert-model.ts';
import { passSteps } from '../../../src/models/convert/pass-steps.ts';
import { graphOf } from '../../passes/run-pass.ts';

/** A mean over pixels, which the Arduino libraries compute only as a pool. */
const imported = readTflite(
  writeTflite(
    graphOf((b) => {
      const image = b.conv('first', b.in('x', 1, 6, 6, 3), 8, 3, { activation: 'relu' });
      return [b.dense('y', b.add('mean', 'mean', { axes: [1, 2], keepDims: false }, [image]), 2)];
    }),
  ),
).graph;
const data = Float32Array.from({ length: 8 * 6 * 6 * 3 }, (_, index) => Math.sin(index));
const calibration = arrayRecords({ shape: [8, 6, 6, 3], data });

async function stepsOf(without: readonly string[]): Promise<readonly string[]> {
  const { steps } = await convertModel(imported, { calibration, library: 'chirale', without });
  return steps.map(({ pass }) => pass);
}

describe('lower', () => {
  it('leaves out the passes of a library like all others', async () => {
    expect(await stepsOf([])).toContain('means-as-pools');
    expect(await stepsOf(['means-as-pools'])).toEqual(
      (await stepsOf([])).filter((pass) => pass !== 'means-as-pools'),
    );
  });
});

describe('the recipe of TensorFlow', () => {
  it('leaves out passes that TensorFlow has no like of, wherever they run', async () => {
    const { steps } = await convertModel(imported, { calibration, method: 'tensorflow' });
    const names = steps.map(({ pass }) => pass);
    expect(names).not.toEqual(expect.arrayContaining(['centre-logits']));
    expect(names).not.toEqual(expect.arrayContaining(['dense-biases']));
    expect(names).not.toEqual(expect.arrayContaining(['drop-dead-channels']));
    expect(names).toContain('fuse-activation');
    expect(await stepsOf([])).toContain('drop-dead-channels');
  });
});

describe('passSteps', () => {
  it('is what a conversion of a float model does before it looks at samples', async () => {
    const steps = passSteps(imported, { library: 'chirale', densePerChannel: false });
    const converted = await stepsOf([]);
    expect(steps.map(({ pass }) => pass)).toEqual(converted.slice(0, converted.indexOf('quantize')));
  });
});
