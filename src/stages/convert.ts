/** Stage `convert`: the float graph, or its int8 form, as a `.tflite` file. */

import { z } from 'zod';
import { readTflite } from '../formats/tflite/read.ts';
import { writeTflite } from '../formats/tflite/write.ts';
import type { Graph } from '../ir/graph.ts';
import { floatIo } from '../passes/float-io.ts';
import { runPasses } from '../passes/pass.ts';
import { quantizePass } from '../passes/quantize/quantize.ts';
import type { ConversionConfig } from './config.ts';
import { readFloatGraph } from './float-graph.ts';
import { readRanges } from './ranges-file.ts';
import type { Stage } from './stage.ts';

const overrides = z.strictObject({
  type: z.enum(['int8', 'float']).optional(),
  io: z.enum(['int8', 'float']).optional(),
  densePerChannel: z.boolean().optional(),
});

interface ConvertOptions extends ConversionConfig {
  readonly densePerChannel: boolean;
}

export const MODEL_FILE = 'model.tflite';

export const convertStage: Stage<ConvertOptions, z.infer<typeof overrides>> = {
  name: 'convert',
  kind: 'tflite',
  summary: 'write the .tflite file',
  overrides,
  options: ({ conversion, quantization }, { type, io, densePerChannel }) => ({
    type: type ?? conversion.type,
    io: io ?? conversion.io,
    densePerChannel: densePerChannel ?? quantization.densePerChannel,
  }),
  consumes: ({ type, densePerChannel }) =>
    type === 'float'
      ? [{ stage: 'train' }]
      : [{ stage: 'train' }, { stage: 'quantize', overrides: { densePerChannel } }],
  async run(_, { type, io, densePerChannel }, input) {
    let graph: Graph = readFloatGraph(input('train'));
    if (type === 'int8') {
      const ranges = readRanges(input('quantize').readText('ranges.json'), graph);
      const passes = [quantizePass(ranges, { densePerChannel }), ...(io === 'float' ? [floatIo] : [])];
      graph = runPasses(graph, passes);
    }
    const model = writeTflite(graph);
    const { container } = readTflite(model);
    return {
      files: { [MODEL_FILE]: model },
      metrics: {
        type,
        bytes: model.length,
        constantBytes: container.constantBytes,
        operators: graph.nodes.length,
      },
    };
  },
};
