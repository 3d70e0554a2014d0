/** From a model's file to firmware, and a project in memory. Bytes in, bytes out: only this program touches the disk. */

import { readFileSync } from 'node:fs';
import {
  arrayRecords,
  convertModel,
  diffModels,
  evaluationsOf,
  explainText,
  exportArray,
  exportFirmware,
  inspectModel,
  measureModel,
  memoryStore,
  modelHelp,
  Pipeline,
  parseProject,
  planArena,
  predictAll,
  readEvaluation,
  readModel,
  readModelFacts,
  readOutline,
  readTflmModel,
  runChecks,
} from 'tinyml';

// Any model file; and what the sensor says, one record per index of the first axis.
const file = readFileSync(new URL('../../fixtures/keras/tiny.h5', import.meta.url));
const model = await readModel(file, { name: 'tiny.h5' });
const data = Float32Array.from({ length: 20 * 6 * 6 * 2 }, (_, i) => Math.sin(i));
const records = arrayRecords({ shape: [20, 6, 6, 2], data });

// Made int8, for an Arduino library.
const { bytes, steps } = await convertModel(model, { calibration: records, library: 'chirale' });
console.log(`${bytes.length} bytes after ${steps.length - 1} passes`);

// What it costs, and whether that fits.
const { inspection } = inspectModel(bytes);
const { minimumBytes } = planArena(readOutline(bytes).outline, 'cortex-m-cmsis-nn');
console.log(`${inspection.macs} MACs, an arena of ${minimumBytes} bytes with CMSIS-NN`);
const rows = runChecks(measureModel(bytes, 'chirale'), { flash: 16_384, ram: 8192, opsFor: 'chirale' });
console.log(rows.map(({ check, ok }) => `${check} ${ok ? 'passes' : 'fails'}`).join(', '));

// What the chip computes, and how far that is from float.
const { data: outputs } = await predictAll(readTflmModel(bytes).graph, records);
console.log(`the first record gives ${Array.from(outputs.subarray(0, 3), (value) => value.toFixed(3)).join(', ')}`);
const float = await convertModel(model, { type: 'float' });
const { outputs: compared } = diffModels(readModelFacts(float.bytes), readModelFacts(bytes));
if ('outputs' in compared) console.log(`its outputs are ${compared.outputs[0].sqnrDb?.toFixed(1)} dB above the noise of int8`);

// C: the array alone, or a whole sketch; and what its errors mean.
console.log(Object.keys(exportArray(bytes, { style: 'tflm', name: 'g_model' })).join(', '));
const { files } = exportFirmware(
  bytes,
  { layout: 'arduino', library: 'chirale', sketch: 'tiny', name: 'g_model' },
  { seed: 1 },
);
console.log(Object.keys(files).join(', '));
const [explained] = explainText("Didn't find op for builtin opcode 'CONV_2D'", modelHelp(bytes, 'tiny'));
console.log(explained.title);

// A project, from data to C, in memory.
const config = parseProject({
  dataset: { source: 'sine', samples: 500 },
  training: { epochs: 20 },
  quantization: { samples: 100 },
});
const project = new Pipeline({ config, store: memoryStore() });
const [evaluation] = evaluationsOf(readEvaluation((await project.run('evaluate')).artifact));
console.log(`${evaluation.task} on ${evaluation.samples} samples, as ${evaluation.converted.type}`);
const { artifact } = await project.run('export-c');
console.log(artifact.manifest.files.map(({ path }) => `${artifact.directory}/${path}`).join('\n'));
