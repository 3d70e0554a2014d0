/** Generated C gives the interpreter's bytes. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readTflmModel } from '../../src/models/tflm-model.ts';
import { runAsCortexM0, runNative, runOnCortexM4, runOnCortexM55 } from '../cross/compile.ts';
import { missingCortexM4, missingNative } from '../cross/probe.ts';
import { NO_SHARED, sharedPath } from '../shared.ts';
import { randomRecords } from './random-records.ts';
import { compareWithInterpreter } from './run-standalone.ts';

const MACHINES = [
  { machine: 'here', missing: missingNative(), run: runNative },
  { machine: 'on a Cortex-M4', missing: missingCortexM4(), run: runOnCortexM4 },
  { machine: 'on a Cortex-M55', missing: missingCortexM4(), run: runOnCortexM55 },
  { machine: 'in the instructions of a Cortex-M0+', missing: missingCortexM4(), run: runAsCortexM0 },
] as const;
/** What takes longest to emulate runs on the first two; its operators run on the others in compilers.test.ts. */
const LARGE = 'models/mlperf-tiny/vww_96_int8.tflite';

describe.each([
  'models/tflm/hello_world_int8.tflite',
  'models/tflm/micro_speech_quantized.tflite',
  'models/mlperf-tiny/ad01_int8.tflite',
  LARGE,
  'peer/tf221/dscnn.batch1.tflite',
])('%s', (path) => {
  const file = sharedPath(path);

  for (const { machine, missing, run } of path === LARGE ? MACHINES.slice(0, 2) : MACHINES) {
    const why = file === undefined ? NO_SHARED : missing;
    it.skipIf(why !== '')(`${machine} ${why}`, () => {
      const { graph } = readTflmModel(readFileSync(file as string));
      expect(compareWithInterpreter(graph, randomRecords(graph, path), run)).toBe('ok');
    });
  }
});
