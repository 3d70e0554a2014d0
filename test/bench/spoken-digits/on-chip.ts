/** The exported C of a trained network on every recording of the test, from readings to classes, on an emulated Cortex-M4. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { diskStore } from '../../../src/artifacts/disk-store.ts';
import { bytesOf } from '../../../src/core/tensor.ts';
import { readNpyFloat32 } from '../../../src/data/records/npy.ts';
import { CONFIG_FILE } from '../../../src/stages/config/config-file.ts';
import type { ProjectInput } from '../../../src/stages/config.ts';
import { missingCortexM4 } from '../../cross/probe.ts';
import { inFolder, tinyml } from '../project.ts';
import { atMost, type Outcome } from '../row.ts';
import { build, run } from '../standalone/emulate.ts';
import { NETWORKS, type NetworkName, type Recordings } from './networks.ts';

/** Reads samples as they are measured; writes of each its features and what the network answers, all float32. */
const PROGRAM = `#include <stdio.h>
#include "model.h"
#include "model_io.h"
#include "model_prepare.h"
static float values[MODEL_PREPARATION_LENGTH];
static int8_t input[MODEL_INPUT_LENGTH];
static int8_t output[MODEL_OUTPUT_LENGTH];
int main(void)
{
  FILE *readings = fopen("readings.bin", "rb");
  FILE *answers = fopen("answers.bin", "wb");
  unsigned long samples = 0;
  if (readings == NULL || answers == NULL) return 1;
  for (; fread(values, sizeof(float), MODEL_READING_LENGTH, readings) == MODEL_READING_LENGTH; samples++) {
    model_prepare_input(values);
    fwrite(values, sizeof(float), MODEL_INPUT_LENGTH, answers);
    for (uint32_t i = 0; i < MODEL_INPUT_LENGTH; i++) input[i] = model_quantize_input(values[i]);
    if (model_invoke(input, output) != MODEL_OK) return 1;
    for (uint32_t i = 0; i < MODEL_OUTPUT_LENGTH; i++) values[i] = model_dequantize_output(output[i]);
    fwrite(values, sizeof(float), MODEL_OUTPUT_LENGTH, answers);
  }
  fclose(answers);
  printf("%lu\\n", samples);
  return 0;
}
`;

/** An array of the newest artifact of a stage. */
function arrayOf(folder: string, stage: string, file: string) {
  const artifact = diskStore(join(folder, 'artifacts')).latest(stage);
  if (artifact === undefined) throw new Error(`the stage ${stage} has left nothing`);
  return readNpyFloat32(artifact.read(file));
}

/** The samples of the test as they are measured: those of the same project where nothing is prepared. */
function readingsOf(folder: string): Float32Array {
  const project = JSON.parse(readFileSync(join(folder, CONFIG_FILE), 'utf8')) as ProjectInput;
  return inFolder((bare) => {
    const text = JSON.stringify({ ...project, dataset: { ...project.dataset, prepare: [] } });
    writeFileSync(join(bare, CONFIG_FILE), text);
    tinyml(bare, ['dataset']);
    return arrayOf(bare, 'dataset', 'x_test.npy').data;
  });
}

function placeOfLargest(values: Float32Array): number {
  return values.indexOf(Math.max(...values));
}

function differingBits(a: Float32Array, b: Float32Array): number {
  const [x, y] = [a, b].map((array) => new Uint32Array(array.buffer, array.byteOffset, array.length));
  return x.reduce((count, bits, i) => count + (bits === y[i] ? 0 : 1), 0);
}

function compare(folder: string, name: NetworkName): Outcome[] {
  const features = arrayOf(folder, 'dataset', 'x_test.npy').data;
  const outputs = arrayOf(folder, 'evaluate', 'predictions_converted.npy');
  const [samples, classes] = outputs.shape;
  const width = features.length / samples;
  const c = join(folder, 'c');
  tinyml(folder, ['export-c', '--standalone', c]);
  writeFileSync(join(c, 'readings.bin'), bytesOf(readingsOf(folder)));
  build(c, '-O2', { 'model.c': readFileSync(join(c, 'model.c'), 'utf8'), 'bench.c': PROGRAM }, 'bench.elf');
  const [done] = run(c, 'bench.elf');
  if (done !== samples) throw new Error(`${done} of ${samples} samples came back`);
  const answers = new Float32Array(Uint8Array.from(readFileSync(join(c, 'answers.bin'))).buffer);
  let [otherFeatures, otherOutputs, otherClasses] = [0, 0, 0];
  for (let sample = 0; sample < samples; sample++) {
    const start = sample * (width + classes);
    const own = answers.subarray(start + width, start + width + classes);
    const here = outputs.data.subarray(sample * classes, (sample + 1) * classes);
    otherFeatures += differingBits(
      answers.subarray(start, start + width),
      features.subarray(sample * width, (sample + 1) * width),
    );
    otherOutputs += differingBits(own, here);
    if (placeOfLargest(own) !== placeOfLargest(here)) otherClasses++;
  }
  const row = (what: string, value: number, of: number): Outcome => ({
    name: `${name} on a Cortex-M4: ${what}`,
    value,
    unit: '',
    target: atMost(0),
    how: `of ${of}, from the ${samples} recordings of the test: exported C on qemu against "tinyml run"`,
  });
  return [
    row('features that have other bits', otherFeatures, samples * width),
    row('outputs that have other bits', otherOutputs, samples * classes),
    row('answers of another class', otherClasses, samples),
  ];
}

export function onChip(name: NetworkName, recordings: Recordings): Outcome[] {
  const missing = missingCortexM4();
  if (missing !== '') return [{ name: `${name} on a Cortex-M4`, why: missing }];
  return inFolder((folder) => {
    NETWORKS[name](folder, recordings);
    tinyml(folder, ['run']);
    return compare(folder, name);
  });
}
