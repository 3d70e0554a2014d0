/** Stage `export-c`: the `.tflite` file as a C++ array, or as complete firmware around it. */

import { z } from 'zod';
import type { Artifact } from '../artifacts/store.ts';
import { readTflite } from '../formats/tflite/read.ts';
import { type Graph, getValue, type ValueId } from '../ir/graph.ts';
import {
  type CArrayFacts,
  type CArrayStyle,
  cArrayFiles,
  type TensorFact,
} from '../targets/c-array/c-array-files.ts';
import { arenaBytes, type Firmware } from '../targets/firmware/firmware.ts';
import { ARDUINO_LIBRARIES } from '../targets/firmware/libraries.ts';
import { isClassifier } from './classification.ts';
import { MODEL_FILE } from './convert.ts';
import { readClasses, readSplit } from './dataset-reader.ts';
import {
  arenaWarning,
  type FirmwareData,
  type FirmwareOptions,
  firmwareFiles,
  makeFirmware,
} from './firmware.ts';
import { readNormalization } from './normalization.ts';
import type { Stage } from './stage.ts';

/** Of one export; more take longer to compile and upload than they can tell. */
export const MAX_VECTORS = 1000;

const overrides = z.strictObject({
  style: z.enum(['tflm', 'arduino']).optional(),
  name: z.string().optional(),
  layout: z.enum(['arduino', 'tflm']).optional(),
  library: z.enum(ARDUINO_LIBRARIES).optional(),
  sketch: z.string().optional(),
  vectors: z.int().min(1).max(MAX_VECTORS).optional(),
  labels: z.array(z.string()).readonly().optional(),
});

type ExportOverrides = z.infer<typeof overrides>;

export interface ArrayOptions {
  readonly style: CArrayStyle;
  readonly name: string;
}

type ExportOptions = ArrayOptions | FirmwareOptions;

function factsOf(graph: Graph): CArrayFacts {
  const fact = (id: ValueId): TensorFact => {
    const { name, type } = getValue(graph, id);
    return { name, ...type };
  };
  return { inputs: graph.inputs.map(fact), outputs: graph.outputs.map(fact) };
}

/** The source files of a model, by path. */
export function exportModel(model: Uint8Array, options: ArrayOptions): Record<string, string> {
  const { graph } = readTflite(model);
  return Object.fromEntries(
    cArrayFiles(model, factsOf(graph), options).map(({ path, text }) => [path, text]),
  );
}

/** What an export made: files by path, and its figures. */
interface Exported {
  readonly files: Record<string, string>;
  readonly metrics: Record<string, number | string>;
  readonly warning?: string;
}

function figures(firmware: Firmware): Record<string, number | string> {
  const { model, library, arena, operators, vectors } = firmware;
  return {
    modelBytes: model.length,
    library,
    arenaBytes: arenaBytes(arena),
    operators: operators.length,
    vectors: vectors.length,
  };
}

/** Complete firmware for any `.tflite` file that tinyml computes. */
export function exportFirmware(model: Uint8Array, options: FirmwareOptions, data: FirmwareData): Exported {
  const firmware = makeFirmware(model, options, data);
  const files = firmwareFiles(firmware, options).map(({ path, text }) => [path, text]);
  const warning = arenaWarning(firmware);
  return {
    files: Object.fromEntries(files),
    metrics: figures(firmware),
    ...(warning === undefined ? {} : { warning }),
  };
}

function isFirmware(options: ExportOptions): options is FirmwareOptions {
  return 'layout' in options;
}

/** The options of the command line and the project in the form that the firmware takes. */
export function firmwareOptions(
  name: string,
  { layout, library, sketch, vectors, labels }: Omit<ExportOverrides, 'style' | 'name'>,
): FirmwareOptions {
  const common = {
    name,
    ...(vectors === undefined ? {} : { vectors }),
    ...(labels === undefined ? {} : { labels }),
  };
  return layout === 'arduino'
    ? { layout, ...common, library: library ?? 'chirale', sketch: sketch ?? 'sketch' }
    : { layout: 'tflm', ...common };
}

/** Names of the classes, where the model decides between them. */
function projectLabels(dataset: Artifact, train: Artifact): readonly string[] | undefined {
  const classes = readClasses(dataset);
  if (classes === undefined || !isClassifier(train, readSplit(dataset, 'test').y)) return undefined;
  return classes;
}

function exportProjectFirmware(
  model: Uint8Array,
  options: FirmwareOptions,
  seed: number,
  input: (stage: 'dataset' | 'train') => Artifact,
): Exported {
  const dataset = input('dataset');
  const labels = options.labels ?? projectLabels(dataset, input('train'));
  const normalization = readNormalization(dataset);
  return exportFirmware(
    model,
    { ...options, ...(labels === undefined ? {} : { labels }) },
    {
      seed,
      test: readSplit(dataset, 'test').x,
      ...(normalization === undefined ? {} : { normalization }),
    },
  );
}

export const exportStage: Stage<ExportOptions, ExportOverrides> = {
  name: 'export-c',
  kind: 'c-source',
  summary: 'write C sources',
  overrides,
  options: (config, { style, name, ...firmware }) => {
    const arrayName = name ?? config.export.name;
    return firmware.layout === undefined
      ? { style: style ?? config.export.style, name: arrayName }
      : firmwareOptions(arrayName, firmware);
  },
  consumes: (options) =>
    isFirmware(options)
      ? [{ stage: 'dataset' }, { stage: 'train' }, { stage: 'convert' }]
      : [{ stage: 'convert' }],
  async run({ report, seed }, options, input) {
    const model = input('convert').read(MODEL_FILE);
    if (!isFirmware(options)) {
      return { files: exportModel(model, options), metrics: { modelBytes: model.length } };
    }
    const { files, metrics, warning } = exportProjectFirmware(model, options, seed, input);
    if (warning !== undefined) report.warn(warning);
    return { files, metrics };
  },
};
