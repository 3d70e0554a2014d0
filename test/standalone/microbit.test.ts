/** Small networks on a Cortex-M0 with 256 KiB of flash and 16 KiB of RAM. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readTflmModel } from '../../src/models/tflm-model.ts';
import { runOnMicrobit } from '../cross/compile.ts';
import { missingCortexM4 } from '../cross/probe.ts';
import { NO_SHARED, sharedPath } from '../shared.ts';
import { compareMany } from './many-graphs.ts';
import { networkCase } from './network-cases.ts';
import { randomRecords } from './random-records.ts';
import { compareWithInterpreter } from './run-standalone.ts';

const MISSING = missingCortexM4();

describe('on a micro:bit', () => {
  for (const path of [
    'models/tflm/hello_world_int8.tflite',
    'models/tflm/trained_lstm_int8.tflite',
    'peer/tf221/autoencoder.batch1.tflite',
    'peer/tf221/conv1d_timeseries.batch1.tflite',
  ]) {
    const file = sharedPath(path);
    const why = file === undefined ? NO_SHARED : MISSING;
    it.skipIf(why !== '')(`${path} ${why}`, () => {
      const { graph } = readTflmModel(readFileSync(file as string));
      expect(compareWithInterpreter(graph, randomRecords(graph, path), runOnMicrobit)).toBe('ok');
    });
  }

  it.skipIf(MISSING !== '').each([1, 2, 3, 4])(`random network %i ${MISSING}`, async (seed) => {
    const network = await networkCase(seed, 'int8');
    expect(compareMany([network], runOnMicrobit).map(({ first }) => first)).toEqual(['']);
  });
});
