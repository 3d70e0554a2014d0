/** What inspect says of float models before they are quantized, against the files that come out. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { arrayRecords } from '../../../src/data/records.ts';
import { readModelFile } from '../../../src/formats/model-file.ts';
import { convertGraph } from '../../../src/models/convert/convert-model.ts';
import { inspectFloatGraph } from '../../../src/models/inspect/inspect-float-model.ts';
import { inspectModel } from '../../../src/models/inspect/inspect-model.ts';
import { readFiniteArray } from '../../../src/stages/dataset-reader.ts';
import { NO_SHARED, sharedPath } from '../../shared.ts';
import { QUIET } from '../quiet.ts';

const folder = sharedPath('models', 'keras');
const names =
  folder === undefined
    ? ['none']
    : readdirSync(folder)
        .filter((name) => name.endsWith('.keras'))
        .map((name) => name.slice(0, -'.keras'.length));

describe.skipIf(folder === undefined)(`Keras models (${NO_SHARED})`, () => {
  it.each(names)('%s: the int8 file has the arena that was foretold, and no more bytes', async (name) => {
    const path = join(folder as string, name);
    const graph = await readModelFile(readFileSync(`${path}.keras`), name, () => new Uint8Array());
    const records = readFiniteArray(readFileSync(`${path}.x_calib.npy`), name);
    const calibration = arrayRecords({
      shape: [2, ...records.shape.slice(1)],
      data: records.data.subarray(0, 2 * (records.data.length / records.shape[0])),
    });
    const options = {
      io: 'int8',
      densePerChannel: false,
      library: 'tflm',
      tflmOnly: false,
      calibration,
    } as const;
    const { int8, float } = inspectFloatGraph(graph, false);
    if ('refused' in int8) throw new Error(int8.refused);
    const convert = async (without: readonly string[]) =>
      inspectModel(await convertGraph(graph, { ...options, without }, QUIET)).inspection;
    const whole = await convert(['drop-constant-channels']);
    expect(int8.inspection.arena).toEqual(whole.arena);
    expect(int8.inspection.macs).toBe(whole.macs);
    expect(int8.inspection.constantBytes).toBe(whole.constantBytes);
    // Equal parameters are written once, and only real samples make them equal.
    expect(int8.inspection.overheadBytes).toBeGreaterThanOrEqual(whole.overheadBytes);
    expect(int8.inspection.fileBytes).toBeLessThan(1.02 * whole.fileBytes);
    expect((await convert([])).fileBytes).toBeLessThanOrEqual(int8.inspection.fileBytes);
    const floatFile = await convertGraph(graph, { ...options, type: 'float', without: [] }, QUIET);
    expect(float.inspection).toEqual({ ...inspectModel(floatFile).inspection, passes: [] });
  });
});
