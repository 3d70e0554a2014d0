/** Stage `quantize`: calibrates the float model on training samples and reports what int8 makes of every tensor. */

import { z } from 'zod';
import { usageError } from '../core/errors.ts';
import { prettyJson } from '../core/json.ts';
import { createRandom } from '../core/random.ts';
import { writeTflite } from '../formats/tflite/write.ts';
import { runPasses } from '../passes/pass.ts';
import { quantizePass } from '../passes/quantize/quantize.ts';
import { LIBRARIES } from '../targets/tflm/operators.ts';
import { calibrate } from './calibrate.ts';
import type { ConversionConfig, QuantizationConfig } from './config.ts';
import { type FloatArray, readSplit, recordLength } from './dataset-reader.ts';
import { readFloatGraph } from './float-graph.ts';
import { libraryPasses } from './library-passes.ts';
import { quantizationReport } from './quantization-report.ts';
import type { Stage } from './stage.ts';

interface QuantizeOptions extends QuantizationConfig, Pick<ConversionConfig, 'library'> {}

/** The int8 graph with int8 inputs and outputs; `convert` gives it the form that is asked for. */
export const INT8_MODEL_FILE = 'int8.tflite';

const overrides = z.strictObject({
  samples: z.int().positive().optional(),
  densePerChannel: z.boolean().optional(),
  library: z.enum(LIBRARIES).optional(),
});

/** `count` different records, drawn by the seed, in the order they were drawn. */
function representativeSamples({ shape, data }: FloatArray, count: number, seed: number): FloatArray {
  const length = recordLength({ shape, data });
  const order = createRandom(seed, 'representative samples').permutation(shape[0]);
  const drawn = new Float32Array(count * length);
  for (let i = 0; i < count; i++) {
    drawn.set(data.subarray(order[i] * length, (order[i] + 1) * length), i * length);
  }
  return { shape: [count, ...shape.slice(1)], data: drawn };
}

export const quantizeStage: Stage<QuantizeOptions, z.infer<typeof overrides>> = {
  name: 'quantize',
  kind: 'calibration',
  summary: 'calibrate the model for int8',
  overrides,
  options: ({ quantization, conversion }, { samples, densePerChannel, library }) => ({
    samples: samples ?? quantization.samples,
    densePerChannel: densePerChannel ?? quantization.densePerChannel,
    library: library ?? conversion.library,
  }),
  consumes: () => [{ stage: 'dataset' }, { stage: 'train' }],
  async run({ report, seed }, { samples, densePerChannel, library }, input) {
    const { x } = readSplit(input('dataset'), 'train');
    if (samples > x.shape[0]) {
      throw usageError(
        'too-many-samples',
        `Calibration asks for ${samples} samples, but the training split has ${x.shape[0]}`,
        'Lower quantization.samples, or make a larger dataset.',
      );
    }
    const graph = runPasses(readFloatGraph(input('train')), libraryPasses(library));
    const records = representativeSamples(x, samples, seed);
    const { ranges, means } = calibrate(graph, records, report);
    const int8 = runPasses(graph, [quantizePass(ranges, { densePerChannel, means })]);
    const tensors = quantizationReport(graph, int8, ranges, records);
    const output = tensors.at(-1);
    return {
      files: {
        [INT8_MODEL_FILE]: writeTflite(int8),
        'report.json': prettyJson({ samples, densePerChannel, tensors }),
      },
      metrics: {
        samples,
        tensors: tensors.length,
        ...(output?.sqnrDb === undefined ? {} : { outputSqnrDb: output.sqnrDb }),
      },
    };
  },
};
