/** Stage `export-c`: the `.tflite` file as a C++ array, or as complete firmware around it. */

import * as z from 'zod';
import type { Artifact } from '../artifacts/store.ts';
import { given } from '../core/given.ts';
import { type ArrayOptions, exportArray } from '../models/firmware/export-array.ts';
import { exportFirmware, MAX_VECTORS } from '../models/firmware/export-firmware.ts';
import type { FirmwareOptions } from '../models/firmware/make-firmware.ts';
import type { FirmwareData } from '../models/firmware/model-facts.ts';
import { exportStandalone, type StandaloneOptions } from '../models/standalone/export-standalone.ts';
import { HUFFMAN_TIMES, OPTIMIZE_GOALS } from '../targets/c/optimize.ts';
import { BOARDS } from '../targets/c/project/board.ts';
import { C_ARRAY_STYLES } from '../targets/c-array/array-style.ts';
import { ARDUINO_LIBRARIES, type ArduinoLibrary } from '../targets/firmware/libraries.ts';
import type { ProjectConfig } from './config.ts';
import { MODEL_FILE } from './convert.ts';
import { type DatasetConfig, isGenerated } from './dataset-config.ts';
import { readClasses, readNormalization, readPreparation, readSplit } from './dataset-reader.ts';
import { readOutputClasses } from './ends/project-outputs.ts';
import type { Stage } from './stage.ts';
import { readEvaluation } from './stage-reports.ts';
import { projectStream } from './stream/project-stream.ts';
import { readListeningFile } from './stream/stream-settings.ts';
import { taskOf } from './task.ts';

const overrides = z.strictObject({
  style: z.enum(C_ARRAY_STYLES).optional(),
  name: z.string().optional(),
  layout: z.enum(['arduino', 'tflm', 'standalone']).optional(),
  library: z.enum(ARDUINO_LIBRARIES).optional(),
  board: z.enum(BOARDS).optional(),
  optimize: z.enum(OPTIMIZE_GOALS).optional(),
  huffman: z.enum(HUFFMAN_TIMES).optional(),
  sketch: z.string().optional(),
  vectors: z.int().min(1).max(MAX_VECTORS).optional(),
  labels: z.array(z.string()).readonly().optional(),
});

type ExportOverrides = z.infer<typeof overrides>;

/** Complete sources: for an interpreter, or without one. */
export type SourceOptions = FirmwareOptions | ({ readonly layout: 'standalone' } & StandaloneOptions);

/**
 * `detects`: the project's model is an anomaly detector, which needs the threshold of its evaluation. `listens`: the project has a
 * stream, which the firmware runs.
 */
type ProjectSources = SourceOptions & { readonly detects?: true; readonly listens?: true };

type ExportOptions = ArrayOptions | ProjectSources;

function isComplete(options: ExportOptions): options is ProjectSources {
  return 'layout' in options;
}

/** Of sketches for which none is named. */
export const DEFAULT_LIBRARY: ArduinoLibrary = 'chirale';

/** The options of the command line and the project in the form that exports take. */
export function sourceOptions(
  name: string,
  {
    layout,
    library,
    board,
    optimize,
    huffman,
    sketch,
    vectors,
    labels,
  }: Omit<ExportOverrides, 'style' | 'name'>,
): SourceOptions {
  const common = {
    name,
    ...(vectors === undefined ? {} : { vectors }),
    ...(labels === undefined ? {} : { labels }),
  };
  if (layout === 'standalone') {
    return {
      layout,
      ...common,
      ...given({ board, optimize, huffman, folder: board === 'arduino' ? sketch : undefined }),
    };
  }
  return layout === 'arduino'
    ? { layout, ...common, library: library ?? DEFAULT_LIBRARY, sketch: sketch ?? 'sketch' }
    : { layout: 'tflm', ...common };
}

/** Names of the classes, where the model decides between them. */
function projectLabels(dataset: Artifact, train: Artifact): readonly string[] | undefined {
  const classes = readClasses(dataset);
  if (classes === undefined) return undefined;
  if (taskOf(dataset, train, readSplit(dataset, 'test').y) !== 'classification') return undefined;
  return classes;
}

function thresholdOf(evaluation: Artifact): number | undefined {
  const measured = readEvaluation(evaluation);
  return 'task' in measured && measured.task === 'anomaly' ? measured.converted.threshold : undefined;
}

/** Complete sources of any model. */
export function exportSources(model: Uint8Array, options: SourceOptions, data: FirmwareData) {
  return options.layout === 'standalone'
    ? exportStandalone(model, options, data)
    : exportFirmware(model, options, data);
}

/**
 * What the firmware runs. The network that takes new rows alone keeps its states in C without an interpreter; firmware of TFLM makes
 * no variables, and runs the one that takes a sample, with the same answers.
 */
function listeningFile({ layout }: SourceOptions, stream: Artifact): Uint8Array | undefined {
  return layout === 'standalone' ? readListeningFile(stream) : undefined;
}

function exportProject(
  model: Uint8Array,
  { detects, listens, ...options }: ProjectSources,
  seed: number,
  input: (stage: 'dataset' | 'train' | 'stream' | 'evaluate') => Artifact,
): ReturnType<typeof exportSources> {
  const dataset = input('dataset');
  const labels = options.labels ?? projectLabels(dataset, input('train'));
  const normalization = readNormalization(dataset);
  // What is an offset and a scale, the firmware does value by value.
  const preparation = normalization === undefined ? readPreparation(dataset) : undefined;
  const streamed = listens ? listeningFile(options, input('stream')) : undefined;
  return exportSources(
    streamed ?? model,
    { ...options, ...(labels === undefined ? {} : { labels }) },
    {
      seed,
      // Samples are no new rows: the self-test draws its own.
      ...given({ test: streamed === undefined ? readSplit(dataset, 'test').x : undefined }),
      ...given({
        outputLabels: readOutputClasses(dataset),
        normalization,
        preparation,
        anomalyThreshold: detects && thresholdOf(input('evaluate')),
      }),
      ...(listens ? { stream: projectStream(dataset, input('stream')) } : {}),
    },
  );
}

function isDetector(dataset: DatasetConfig): boolean {
  return !isGenerated(dataset) && dataset.task === 'anomaly';
}

/** What the project file says of complete sources; nothing where it wants the array alone. */
function projectSources({
  export: { layout, directory, board, optimize, huffman },
  conversion,
}: ProjectConfig): ExportOverrides {
  if (layout === 'array') return {};
  if (layout === 'tflm') return { layout };
  const sketch = directory.split('/').findLast((name) => name !== '' && name !== '.');
  if (layout === 'standalone') return { layout, ...given({ board, optimize, huffman, sketch }) };
  const library = ARDUINO_LIBRARIES.find((name) => name === conversion.library);
  return { layout, ...given({ library, sketch }) };
}

/** The name of a project's array is that of its functions, too: without the `g_` of global variables. */
export function nameIn({ export: { name } }: ProjectConfig, layout: ExportOverrides['layout']): string {
  return layout === 'standalone' ? name.replace(/^g_(?=[A-Za-z])/, '') : name;
}

export const exportStage: Stage<ExportOptions, ExportOverrides> = {
  name: 'export-c',
  kind: 'c-source',
  summary: 'write C sources',
  overrides,
  forgetsOptions: true,
  options: (config, { style, name, ...overridden }) => {
    const sources = style === undefined ? { ...projectSources(config), ...overridden } : overridden;
    const ownName = name ?? nameIn(config, sources.layout);
    return sources.layout === undefined
      ? { style: style ?? config.export.style, name: ownName }
      : {
          ...sourceOptions(ownName, sources),
          ...(isDetector(config.dataset) ? { detects: true as const } : {}),
          ...(config.stream === undefined ? {} : { listens: true as const }),
        };
  },
  consumes: (options) =>
    isComplete(options)
      ? [
          { stage: 'dataset' },
          { stage: 'train' },
          { stage: 'convert' },
          ...(options.listens ? [{ stage: 'stream' } as const] : []),
          ...(options.detects ? [{ stage: 'evaluate' } as const] : []),
        ]
      : [{ stage: 'convert' }],
  async run({ report, seed }, options, input) {
    const model = input('convert').read(MODEL_FILE);
    if (!isComplete(options)) {
      return { files: exportArray(model, options), metrics: { modelBytes: model.length } };
    }
    const exported = exportProject(model, options, seed, input);
    if ('warning' in exported && exported.warning !== undefined) report.warn(exported.warning);
    if ('notes' in exported) for (const note of exported.notes) report.info(note);
    return { files: exported.files, metrics: exported.metrics };
  },
};
