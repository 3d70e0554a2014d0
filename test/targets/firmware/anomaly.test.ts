/** The error of a reconstruction on a chip is that of `tinyml evaluate`, bit for bit, and so is the decision. */

import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { reconstructionErrors } from '../../../src/models/score/anomaly-scores.ts';
import { floatBitsLiteral } from '../../../src/targets/firmware/c-literal.ts';
import { modelIoFiles } from '../../../src/targets/firmware/model-io.ts';
import { modelSettingsFile } from '../../../src/targets/firmware/model-settings.ts';
import { type CompileOptions, runNative, runOnCortexM4 } from '../../cross/compile.ts';
import { missingCortexM4, missingNative } from '../../cross/probe.ts';
import { sampleFirmware } from './sample-firmware.ts';

const SAMPLES = 200;
const LENGTH = 7;

function drawnValues(purpose: string): Float32Array {
  const random = createRandom(5, purpose);
  return Float32Array.from({ length: SAMPLES * LENGTH }, () => random.normal() * 10 ** random.below(3));
}

const [inputs, outputs] = [drawnValues('inputs'), drawnValues('outputs')];
const errors = reconstructionErrors(inputs, outputs, SAMPLES);
/** One of them: what is equal to the threshold is normal. */
const threshold = errors.toSorted()[SAMPLES / 2];

const PROGRAM = `#include <cstdint>
#include <cstdio>
#include <cstring>
#include "model_io.h"
static const uint32_t kInputs[] = {${Array.from(inputs, floatBitsLiteral).join(',')}};
static const uint32_t kOutputs[] = {${Array.from(outputs, floatBitsLiteral).join(',')}};
static float value_of(const uint32_t* bits) {
  float value;
  std::memcpy(&value, bits, 4);
  return value;
}
int main() {
  for (int sample = 0; sample < ${SAMPLES}; ++sample) {
    float sum = 0.0f;
    for (int i = 0; i < ${LENGTH}; ++i) {
      const int at = sample * ${LENGTH} + i;
      sum = add_squared_error(sum, value_of(kInputs + at), value_of(kOutputs + at));
    }
    const float error = sum / static_cast<float>(${LENGTH});
    uint32_t bits;
    std::memcpy(&bits, &error, 4);
    std::printf("%08lx %d\\n", static_cast<unsigned long>(bits), is_anomaly(error) ? 1 : 0);
  }
  return 0;
}
`;

function compare(run: typeof runNative, options: CompileOptions): void {
  const firmware = sampleFirmware('softmax_f32', {
    decision: { kind: 'anomaly', threshold },
    bitExact: false,
  });
  const files = [modelSettingsFile(firmware), ...modelIoFiles(firmware, 'cpp')];
  const sources = Object.fromEntries(files.map(({ path, text }) => [path, text]));
  const { stdout, exitCode } = run({ ...sources, 'main.cc': PROGRAM }, options);
  expect(exitCode).toBe(0);
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.trim()),
  ).toEqual(
    Array.from(errors, (error) => `${floatBitsLiteral(error).slice(2)} ${error > threshold ? 1 : 0}`),
  );
}

const noNative = missingNative();
const noCortexM4 = missingCortexM4();
describe('is_anomaly', () => {
  it.skipIf(noNative !== '')(`on this machine ${noNative}`, () => compare(runNative, { standard: 'c++11' }));
  it.skipIf(noCortexM4 !== '')(`on a Cortex-M4 ${noCortexM4}`, () =>
    compare(runOnCortexM4, { standard: 'gnu++14', optimize: '-O2' }),
  );
});
