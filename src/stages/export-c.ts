/** Stage `export-c`: the `.tflite` file as a C++ array, or as complete firmware around it. */

import * as z from 'zod';
import type { Artifact } from '../artifacts/store.ts';
import { given } from '../core/given.ts';
import { type ArrayOptions, exportArray } from '../models/firmware/export-array.ts';
import { type Exported, exportFirmware, MAX_VECTORS } from '../models/firmware/export-firmware.ts';
import type { FirmwareOptions } from '../models/firmware/make-firmware.ts';
import { C_ARRAY_STYLES } from '../targets/c-array/array-style.ts';
import { ARDUINO_LIBRARIES } from '../targets/firmware/libraries.ts';
import type { ProjectConfig } from './config.ts';
import { MODEL_FILE } from './convert.ts';
import { type DatasetConfig, isGenerated } from './dataset-config.ts';
import { readClasses, readNormalization, readPreparation, readSplit } from './dataset-reader.ts';
import type { Stage } from './stage.ts';
import { readEvaluation } from './stage-reports.ts';
import { taskOf } from './task.ts';

const overrides = z.strictObject({
  style: z.enum(C_ARRAY_STYLES).optional(),
  name: z.string().optional(),
  layout: z.enum(['arduino', 'tflm']).optional(),
  library: z.enum(ARDUINO_LIBRARIES).optional(),
  sketch: z.string().optional(),
  vectors: z.int().min(1).max(MAX_VECTORS).optional(),
  labels: z.array(z.string()).readonly().optional(),
});

type ExportOverrides = z.infer<typeof overrides>;

/** `detects`: the project's model is an anomaly detector, which needs the threshold of its evaluation. */
type ProjectFirmware = FirmwareOptions & { readonly detects?: true };

type ExportOptions = ArrayOptions | ProjectFirmware;

function isFirmware(options: ExportOptions): options is ProjectFirmware {
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
  if (classes === undefined) return undefined;
  if (taskOf(dataset, train, readSplit(dataset, 'test').y) !== 'classification') return undefined;
  return classes;
}

function thresholdOf(evaluation: Artifact): number | undefined {
  const measured = readEvaluation(evaluation);
  return measured.task === 'anomaly' ? measured.converted.threshold : undefined;
}

function exportProjectFirmware(
  model: Uint8Array,
  { detects, ...options }: ProjectFirmware,
  seed: number,
  input: (stage: 'dataset' | 'train' | 'evaluate') => Artifact,
): Exported {
  const dataset = input('dataset');
  const labels = options.labels ?? projectLabels(dataset, input('train'));
  const normalization = readNormalization(dataset);
  // What is an offset and a scale, the firmware does value by value.
  const preparation = normalization === undefined ? readPreparation(dataset) : undefined;
  return exportFirmware(
    model,
    { ...options, ...(labels === undefined ? {} : { labels }) },
    {
      seed,
      test: readSplit(dataset, 'test').x,
      ...given({ normalization, preparation, anomalyThreshold: detects && thresholdOf(input('evaluate')) }),
    },
  );
}

function isDetector(dataset: DatasetConfig): boolean {
  return !isGenerated(dataset) && dataset.task === 'anomaly';
}

/** What the project file says of firmware; nothing where it wants the array alone. */
function projectFirmware({ export: { layout, directory }, conversion }: ProjectConfig): ExportOverrides {
  if (layout === 'array') return {};
  if (layout === 'tflm') return { layout };
  const library = ARDUINO_LIBRARIES.find((name) => name === conversion.library);
  const sketch = directory.split('/').findLast((name) => name !== '' && name !== '.');
  return { layout, ...given({ library, sketch }) };
}

export const exportStage: Stage<ExportOptions, ExportOverrides> = {
  name: 'export-c',
  kind: 'c-source',
  summary: 'write C sources',
  overrides,
  forgetsOptions: true,
  options: (config, { style, name, ...overridden }) => {
    const arrayName = name ?? config.export.name;
    const firmware = style === undefined ? { ...projectFirmware(config), ...overridden } : overridden;
    return firmware.layout === undefined
      ? { style: style ?? config.export.style, name: arrayName }
      : {
          ...firmwareOptions(arrayName, firmware),
          ...(isDetector(config.dataset) ? { detects: true as const } : {}),
        };
  },
  consumes: (options) =>
    isFirmware(options)
      ? [
          { stage: 'dataset' },
          { stage: 'train' },
          { stage: 'convert' },
          ...(options.detects ? [{ stage: 'evaluate' } as const] : []),
        ]
      : [{ stage: 'convert' }],
  async run({ report, seed }, options, input) {
    const model = input('convert').read(MODEL_FILE);
    if (!isFirmware(options)) {
      return { files: exportArray(model, options), metrics: { modelBytes: model.length } };
    }
    const { files, metrics, warning } = exportProjectFirmware(model, options, seed, input);
    if (warning !== undefined) report.warn(warning);
    return { files, metrics };
  },
};
