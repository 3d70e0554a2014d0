/** Stage `convert`: the float graph, or its int8 form, as a `.tflite` file. */

import * as z from 'zod';
import type { Artifact } from '../artifacts/store.ts';
import { given } from '../core/given.ts';
import { MODEL_TYPES } from '../core/model-type.ts';
import { SAMPLE_NOTES, writeSampleNotes } from '../data/preparing/sample-notes.ts';
import { readTflite } from '../formats/tflite/read.ts';
import type { WriteOptions } from '../formats/tflite/write.ts';
import { finishInt8 } from '../models/convert/lower.ts';
import { writeTflmModel } from '../models/tflm-model.ts';
import { LIBRARIES } from '../targets/tflm/operators.ts';
import type { ConversionConfig } from './config.ts';
import { isGenerated } from './dataset-config.ts';
import { readClasses, readPreparation } from './dataset-reader.ts';
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
  /** Whether the file says how its samples are prepared, and what classes are called: of data that are the user's own. */
  readonly notes?: true;
}

/** The file of the artifact. */
export const MODEL_FILE = 'model.tflite';

function noteOf(dataset: Artifact): WriteOptions['note'] {
  const bytes = writeSampleNotes(
    given({ preparation: readPreparation(dataset), classes: readClasses(dataset) }),
  );
  return bytes && { name: SAMPLE_NOTES, bytes };
}

export const convertStage: Stage<ConvertOptions, z.infer<typeof overrides>> = {
  name: 'convert',
  kind: 'tflite',
  summary: 'write the .tflite file',
  overrides,
  options: ({ dataset, conversion, quantization }, { type, io, densePerChannel, library }) => ({
    type: type ?? conversion.type,
    io: io ?? conversion.io,
    densePerChannel: densePerChannel ?? quantization.densePerChannel,
    library: library ?? conversion.library,
    ...(isGenerated(dataset) ? {} : { notes: true as const }),
  }),
  consumes: ({ type, densePerChannel, library, notes }) => [
    ...(notes ? [{ stage: 'dataset' } as const] : []),
    { stage: 'train' },
    ...(type === 'float' ? [] : [{ stage: 'quantize', overrides: { densePerChannel, library } } as const]),
  ],
  async run(_, { type, io, library, notes }, input) {
    const graph =
      type === 'float'
        ? readFloatGraph(input('train'))
        : finishInt8(readTflite(input('quantize').read(INT8_MODEL_FILE)).graph, { io, library, without: [] });
    const model = writeTflmModel(graph, { note: notes && noteOf(input('dataset')) });
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
