/** Stage `quantize`: calibrates the float model on training samples and reports what int8, or int16, makes of every tensor. */

import * as z from 'zod';
import { given } from '../core/given.ts';
import { prettyJson } from '../core/json.ts';
import type { ModelType } from '../core/model-type.ts';
import { activationsOf, prepareForInt8 } from '../models/convert/lower.ts';
import type { Int4Outcome } from '../models/quantize/int4/choose-int4.ts';
import { int4Wish } from '../models/quantize/int4/int4-wish.ts';
import { methodGains } from '../models/quantize/method-gains.ts';
import { type QuantizedGraph, quantizeGraph } from '../models/quantize/quantize-graph.ts';
import { type TrainedForm, trainedIntegers } from '../models/quantize/trained-integers.ts';
import { writeTflmModel } from '../models/tflm-model.ts';
import { passesAgainst } from '../passes/quantize/rounding/kept-weights.ts';
import { LIBRARIES } from '../targets/tflm/operators.ts';
import {
  type ConversionConfig,
  type QuantizationConfig,
  quantizationSchema,
  recipeSchema,
} from './config/conversion-config.ts';
import type { ProjectConfig } from './config.ts';
import { calibrationRecords } from './dataset/calibration-records.ts';
import { openSplit } from './dataset-reader.ts';
import { type FloatOrigin, floatOrigin, floatStage, type KeptGraph, readKeptGraph } from './float-graph.ts';
import { quantizationReport } from './quantization-report.ts';
import type { Stage } from './stage.ts';

/** How a project's model is quantized. */
export interface QuantizeOptions
  extends Omit<QuantizationConfig, 'int16' | 'int4' | 'weightsBudget'>,
    Pick<ConversionConfig, 'library'>,
    Int4Choice,
    FloatOrigin {
  /** Where it is not int8. */
  readonly type?: 'int16x8';
  /** Layers of an int8 model that compute in int16. */
  readonly int16?: readonly string[];
}

/** None where there is nothing that could be otherwise. */
export function int16Layers(type: ModelType, layers: string[] | undefined): string[] | undefined {
  return type !== 'int8' || layers === undefined || layers.length === 0 ? undefined : layers;
}

/** As options of stages hold it. */
export interface Int4Choice {
  readonly int4?: string[];
  readonly weightsBudget?: string;
}

/** Options, else what the project says; nothing where weights are not int8 otherwise. */
export function int4Choice(
  type: ModelType,
  options: {
    readonly [Name in keyof Int4Choice]: Int4Choice[Name] | undefined;
  },
  config: { readonly [Name in keyof Int4Choice]: Int4Choice[Name] | undefined },
): Int4Choice {
  const isAsked = options.int4 !== undefined || options.weightsBudget !== undefined;
  const { int4, weightsBudget } = isAsked ? options : config;
  if (type !== 'int8') return {};
  return given({ int4: int4?.length === 0 ? undefined : int4, weightsBudget });
}

/** The graph of integers, inputs and outputs too; `convert` gives it the form that is asked for. */
export const INT8_MODEL_FILE = 'int8.tflite';

const overrides = z.strictObject({
  type: z.enum(['int8', 'int16x8']).optional(),
  int16: z.array(z.string()).optional(),
  int4: z.array(z.string()).optional(),
  weightsBudget: z.string().optional(),
  samples: quantizationSchema.shape.samples.unwrap().optional(),
  densePerChannel: z.boolean().optional(),
  method: recipeSchema.optional(),
  library: z.enum(LIBRARIES).optional(),
});

function int4Figures(outcome: Int4Outcome | undefined) {
  if (outcome === undefined) return {};
  const { layers, weightBytes, int8WeightBytes, loss } = outcome;
  return { int4: { layers, weightBytes, int8WeightBytes, loss } };
}

function int4Metrics(outcome: Int4Outcome | undefined) {
  if (outcome === undefined) return {};
  const { layers, weightBytes, int8WeightBytes, loss } = outcome;
  const lossDb = Math.max(loss.calibration, loss.heldOut ?? loss.calibration);
  return { int4Layers: layers.length, weightBytes, int8WeightBytes, lossDb };
}

type Integers = Pick<QuantizedGraph, 'int8' | 'methods' | 'int4'> & {
  readonly calibrated: Pick<QuantizedGraph['calibrated'], 'graph' | 'ranges'>;
};

/** Where training has decided all of it, nothing is left to choose. */
function trainedGraph({ graph, trained }: KeptGraph, form: TrainedForm): Integers | undefined {
  if (trained === undefined) return undefined;
  const int8 = trainedIntegers(graph, trained, form);
  return { int8, methods: [], calibrated: { graph, ranges: trained.ranges } };
}

/** Of a float graph, wherever it comes from. */
export function quantizationOf(
  { quantization, conversion }: ProjectConfig,
  said: z.infer<typeof overrides> = {},
): Omit<QuantizeOptions, 'from'> {
  const { type = conversion.type, int16, int4, weightsBudget } = said;
  const { samples, densePerChannel, method, library } = said;
  return {
    samples: samples ?? quantization.samples,
    densePerChannel: densePerChannel ?? quantization.densePerChannel,
    method: method ?? quantization.method,
    library: library ?? conversion.library,
    ...(type === 'int16x8' ? { type } : {}),
    ...int4Choice(type === 'float' ? 'int8' : type, { int4, weightsBudget }, quantization),
    ...given({
      int16: int16Layers(type === 'float' ? 'int8' : type, int16 ?? quantization.int16),
    }),
  };
}

export const quantizeStage: Stage<QuantizeOptions, z.infer<typeof overrides>> = {
  name: 'quantize',
  kind: 'calibration',
  summary: 'calibrate the model for int8',
  overrides,
  readerDecides: ['type', 'int16', 'int4', 'weightsBudget', 'densePerChannel', 'method', 'library'],
  options: (project, said) => ({ ...quantizationOf(project, said), ...floatOrigin(project) }),
  consumes: (options) => [{ stage: 'dataset' }, { stage: floatStage(options) }],
  async run(context, { samples, densePerChannel, method, library, type, int16, from, ...choice }, input) {
    const { x } = openSplit(input('dataset'), 'train');
    try {
      const { records, excursions } = calibrationRecords(input('dataset'), x, samples, context.seed);
      const counts = {
        samples: records.count - excursions,
        ...given({ excursions: excursions || undefined }),
      };
      const float = readKeptGraph(input(floatStage({ from })), { method, library });
      const { kept } = float;
      const form = { library, method, without: passesAgainst({ kept }) };
      const activations = activationsOf(given({ type, int16 }));
      const trained = trainedGraph(float, { library, ...given({ type, int16, int4: int4Wish(choice) }) });
      const asked = {
        method,
        densePerChannel,
        activations,
        ...given({ kept, int4: int4Wish(choice) }),
      };
      const graph = trained?.calibrated.graph ?? prepareForInt8(float.graph, form);
      const made: Integers = trained ?? (await quantizeGraph(graph, records, asked, context));
      const { int8, calibrated, methods } = made;
      const tensors = quantizationReport(calibrated.graph, int8, calibrated.ranges, records);
      const gains = await methodGains(
        graph,
        records,
        methods,
        { activations, densePerChannel, ...given({ kept }) },
        context,
      );
      // Of several outputs none is the one.
      const output = int8.outputs.length === 1 ? tensors.at(-1) : undefined;
      return {
        files: {
          [INT8_MODEL_FILE]: writeTflmModel(int8),
          'report.json': prettyJson({
            ...counts,
            densePerChannel,
            method,
            methods,
            ...given({ trained: trained === undefined ? undefined : true }),
            ...given({ gains }),
            ...int4Figures(made.int4),
            tensors,
          }),
        },
        metrics: {
          ...counts,
          tensors: tensors.length,
          ...int4Metrics(made.int4),
          ...(output?.sqnrDb === undefined ? {} : { outputSqnrDb: output.sqnrDb }),
        },
      };
    } finally {
      x.close();
    }
  },
};
