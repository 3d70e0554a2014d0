/** Stage `convert`: the float graph, or its int8 form, as a `.tflite` file. */

import * as z from 'zod';
import { given } from '../core/given.ts';
import { END_TYPES, MODEL_TYPES } from '../core/model-type.ts';
import type { Reporter } from '../core/reporter.ts';
import { readTflite } from '../formats/tflite/read.ts';
import type { Graph } from '../ir/graph.ts';
import { finishInt8 } from '../models/convert/lower.ts';
import { codePaying } from '../models/convert/lut-weights.ts';
import type { Recipe } from '../models/quantize/method-names.ts';
import { writeTflmModel } from '../models/tflm-model.ts';
import { LIBRARIES } from '../targets/tflm/operators.ts';
import { type ConversionConfig, recipeSchema } from './config/conversion-config.ts';
import { isGenerated } from './dataset-config.ts';
import { type FloatOrigin, floatOrigin, floatStage, readFloatGraph } from './float-graph.ts';
import { modelNote } from './model-note.ts';
import { INT8_MODEL_FILE, type Int4Choice, int4Choice, int16Layers } from './quantize.ts';
import type { Stage } from './stage.ts';

const overrides = z.strictObject({
  type: z.enum(MODEL_TYPES).optional(),
  io: z.enum(END_TYPES).optional(),
  int16: z.array(z.string()).optional(),
  int4: z.array(z.string()).optional(),
  weightsBudget: z.string().optional(),
  densePerChannel: z.boolean().optional(),
  method: recipeSchema.optional(),
  library: z.enum(LIBRARIES).optional(),
  lut: z.boolean().optional(),
});

interface ConvertOptions extends Omit<ConversionConfig, 'lut'>, Int4Choice, FloatOrigin {
  /** Weights of few values become look-up tables. */
  readonly lut?: true;
  readonly densePerChannel: boolean;
  readonly method: Recipe;
  /** Layers of an int8 model that compute in int16. */
  readonly int16?: readonly string[];
  /** Whether the file says how its samples are prepared, and what classes are called: of data that are the user's own. */
  readonly notes?: true;
  /** What the architecture was fitted into, in bytes. */
  readonly flash?: number;
}

/** The file of the artifact. */
export const MODEL_FILE = 'model.tflite';

/** Training may end in a file that is larger than what its form foretold. */
function warnOfSize(bytes: number, flash: number | undefined, report: Reporter): void {
  if (flash === undefined || bytes <= flash) return;
  report.warn(
    `The model has ${bytes.toLocaleString('en-US')} bytes, and "fit" allows ${flash.toLocaleString('en-US')} of flash: raise "fit", or lower it by what is too much and train again.`,
  );
}

export const convertStage: Stage<ConvertOptions, z.infer<typeof overrides>> = {
  name: 'convert',
  kind: 'tflite',
  summary: 'write the .tflite file',
  overrides,
  options: (project, { type, io, densePerChannel, method, int16, int4, weightsBudget, library, lut }) => {
    const { dataset, model, conversion, quantization } = project;
    return {
      type: type ?? conversion.type,
      io: io ?? conversion.io,
      densePerChannel: densePerChannel ?? quantization.densePerChannel,
      method: method ?? quantization.method,
      library: library ?? conversion.library,
      ...((lut ?? conversion.lut) ? { lut: true as const } : {}),
      ...(isGenerated(dataset) ? {} : { notes: true as const }),
      ...int4Choice(type ?? conversion.type, { int4, weightsBudget }, quantization),
      ...given({ int16: int16Layers(type ?? conversion.type, int16 ?? quantization.int16) }),
      ...given({ flash: 'layers' in model ? undefined : model.fit?.flash }),
      ...floatOrigin(project),
    };
  },
  consumes: ({ type, densePerChannel, method, int16, int4, weightsBudget, library, notes, from }) => [
    ...(notes ? [{ stage: 'dataset' } as const] : []),
    { stage: floatStage({ from }) },
    ...(type === 'float'
      ? []
      : [
          {
            stage: 'quantize',
            // No earlier command decides what this one does not say.
            overrides: {
              type,
              densePerChannel,
              method,
              library,
              int16: [...(int16 ?? [])],
              int4: [...(int4 ?? [])],
              ...given({ weightsBudget }),
            },
          } as const,
        ]),
  ],
  async run({ report }, { type, io, library, notes, flash, from, lut }, input) {
    const graph =
      type === 'float'
        ? readFloatGraph(input(floatStage({ from })), { library })
        : finishInt8(readTflite(input('quantize').read(INT8_MODEL_FILE)).graph, { io, library, without: [] });
    const write = (of: Graph): Uint8Array =>
      writeTflmModel(of, { note: notes && modelNote(input('dataset')) });
    const model = write(lut ? codePaying(graph, library, write) : graph);
    warnOfSize(model.length, flash, report);
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
