/** Networks whose int8 form was once far below TensorFlow's: against its files, by the test inputs and float answers beside. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readNpyFloat32 } from '../../../src/data/records/npy.ts';
import { arrayRecords } from '../../../src/data/records/records.ts';
import { readModel } from '../../../src/formats/model-file.ts';
import { readTflite } from '../../../src/formats/tflite/read.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import { convertModel } from '../../../src/models/convert/convert-model.ts';
import { predictAll } from '../../../src/models/run/predict-records.ts';
import { NO_SHARED, sharedPath } from '../../shared.ts';

/** How far below TensorFlow's file ours may be. */
const TOLERANCE_DB = 0.5;

const NETWORKS = [
  ['int8-anchor_1001', 'm.h5'],
  ['int8-anchor_1003', 'm.h5'],
  ['int8-anchor_1005', 'm.h5'],
  ['int8-bn_const_channel', '0126.m.keras'],
  ['int8-bn_const_channel', '0247.m.h5'],
  ['int8-concat_fixed_0071', 'm.h5'],
  ['int8-concat_fixed_0106', 'm.h5'],
] as const;

/** 10 log₁₀ of signal over squared error. */
function decibels(signal: Float32Array, other: Float32Array): number {
  let [power, noise] = [0, 0];
  for (const [index, value] of signal.entries()) {
    power += value ** 2;
    noise += (value - other[index]) ** 2;
  }
  return 10 * Math.log10(power / noise);
}

describe.skipIf(sharedPath('faults') === undefined)(`int8 against TensorFlow 2.21 (${NO_SHARED})`, () => {
  it.each(NETWORKS)('%s', async (folder, model) => {
    const path = (name: string): string =>
      sharedPath('faults', folder, model.replace(/m\.[a-z0-9]+$/, name)) as string;
    const array = (name: string) => readNpyFloat32(readFileSync(path(name)));
    const answers = array('y.npy').data;
    const quality = async (graph: Graph): Promise<number> =>
      decibels(answers, (await predictAll(graph, arrayRecords(array('t.npy')))).data);

    const source = sharedPath('faults', folder, model) as string;
    const float = await readModel(readFileSync(source), { name: model });
    const { bytes } = await convertModel(float, { calibration: arrayRecords(array('x.npy')) });
    const ours = await quality(readTflite(bytes).graph);
    const theirs = await quality(readTflite(readFileSync(path('tf.tflite'))).graph);
    expect(ours).toBeGreaterThan(theirs - TOLERANCE_DB);
  });

  it('logits far beyond where a sigmoid changes', async () => {
    const path = (name: string) => sharedPath('faults', 'int8-logistic_big_scale', name) as string;
    const float = await readModel(readFileSync(path('m.h5')), { name: 'm.h5' });
    const calibration = arrayRecords(readNpyFloat32(readFileSync(path('x.npy'))));
    const { bytes } = await convertModel(float, { calibration });
    const answers = (await predictAll(float, calibration)).data;
    const quality = async (model: Uint8Array): Promise<number> =>
      decibels(answers, (await predictAll(readTflite(model).graph, calibration)).data);
    // The file beside was written when the range followed the logits.
    expect(await quality(bytes)).toBeGreaterThan((await quality(readFileSync(path('i8.tflite')))) + 3);
  });
});
