/** Stage `convert`: the float graph, or its int8 form, as a `.tflite` file. */

import * as z from 'zod';
import { MODEL_TYPES } from '../core/model-type.ts';
import { readTflite } from '../formats/tflite/read.ts';
import { finishInt8 } from '../models/convert/lower.ts';
import { writeTflmModel } from '../models/tflm-model.ts';
import { LIBRARIES } from '../targets/tflm/operators.ts';
import type { ConversionConfig } from './config.ts';
import { readFloatGraph } from './float-graph.ts';
import { INT8_MODEL_FILE } from './quantize.ts';
import type { Stage } from './stage.ts';

const overrides = z.strictObject({
  type: z.enum(MODEL_TYPES).optional(),
  io: z.enum(MODEL_TYPES).optional(),
  densePerChannel: z.boolean().optional(),
  library: z.enum(LIBRARIES).optional(),
});

interface ConvertOptions extends ConversionConfig {
  readonly densePerChannel: boolean;
}

/** The file of the artifact. */
export const MODEL_FILE = 'model.tflite';

export const convertStage: Stage<ConvertOptions, z.infer<typeof overrides>> = {
  name: 'convert',
  kind: 'tflite',
  summary: 'write the .tflite file',
  overrides,
  options: ({ conversion, quantization }, { type, io, densePerChannel, library }) => ({
    type: type ?? conversion.type,
    io: io ?? conversion.io,
    densePerChannel: densePerChannel ?? quantization.densePerChannel,
    library: library ?? conversion.library,
  }),
  consumes: ({ type, densePerChannel, library }) =>
    type === 'float'
      ? [{ stage: 'train' }]
      : [{ stage: 'train' }, { stage: 'quantize', overrides: { densePerChannel, library } }],
  async run(_, { type, io, library }, input) {
    const graph =
      type === 'float'
        ? readFloatGraph(input('train'))
        : finishInt8(readTflite(input('quantize').read(INT8_MODEL_FILE)).graph, { io, library, without: [] });
    const model = writeTflmModel(graph);
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
