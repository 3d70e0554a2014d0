/** Generated C gives the interpreter's bytes. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { elementCount } from '../../src/core/tensor.ts';
import { type Graph, getValue } from '../../src/ir/graph.ts';
import { readTflmModel } from '../../src/models/tflm-model.ts';
import { runNative, runOnCortexM4 } from '../cross/compile.ts';
import { missingCortexM4, missingNative } from '../cross/probe.ts';
import { NO_SHARED, sharedPath } from '../shared.ts';
import { compareWithInterpreter, type StandaloneRecord } from './run-standalone.ts';

/** Three of int8 at random. */
function randomRecords(graph: Graph, stream: string): StandaloneRecord[] {
  const random = createRandom(7, stream);
  const element = (): number => random.below(256) - 128;
  return Array.from({ length: 3 }, () =>
    graph.inputs.map((id) =>
      Int8Array.from({ length: elementCount(getValue(graph, id).type.shape) }, element),
    ),
  );
}

const NATIVE = missingNative();
const CORTEX_M4 = missingCortexM4();

describe.each([
  'models/tflm/hello_world_int8.tflite',
  'models/tflm/micro_speech_quantized.tflite',
  'models/mlperf-tiny/ad01_int8.tflite',
  'models/mlperf-tiny/vww_96_int8.tflite',
  'peer/tf221/dscnn.batch1.tflite',
])('%s', (path) => {
  const file = sharedPath(path);
  const compare = (run: Parameters<typeof compareWithInterpreter>[2]): string => {
    const { graph } = readTflmModel(readFileSync(file as string));
    return compareWithInterpreter(graph, randomRecords(graph, path), run);
  };

  it.skipIf(file === undefined || NATIVE !== '')(`here ${file === undefined ? NO_SHARED : NATIVE}`, () => {
    expect(compare(runNative)).toBe('ok');
  });

  it.skipIf(file === undefined || CORTEX_M4 !== '')(
    `on a Cortex-M4 ${file === undefined ? NO_SHARED : CORTEX_M4}`,
    () => {
      expect(compare(runOnCortexM4)).toBe('ok');
    },
  );
});
