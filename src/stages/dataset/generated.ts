/** Datasets that tinyml makes itself, from the seed alone. */

import { usageError } from '../../core/errors.ts';
import { prettyJson } from '../../core/json.ts';
import { elementCount, type Shape } from '../../core/tensor.ts';
import { MOTION_AXES, MOTION_CLASSES, MOTION_STEPS, motionSamples } from '../../data/generators/motion.ts';
import { sineSamples } from '../../data/generators/sine.ts';
import { NORMALIZATION_FILE, normalize, standardNormalization } from '../../data/normalization.ts';
import { writeNpy } from '../../data/records/npy.ts';
import { PARTS, type Part } from '../../data/splits/parts.ts';
import type { GeneratedConfig } from '../dataset-config.ts';
import type { StageResult } from '../stage.ts';

/** First index of each split, and the end. */
function splitBounds({ samples, split }: GeneratedConfig): Record<Part, readonly [number, number]> {
  const trainEnd = Math.round(samples * split.train);
  const validationEnd = Math.round(samples * (split.train + split.validation));
  const bounds = {
    train: [0, trainEnd],
    validation: [trainEnd, validationEnd],
    test: [validationEnd, samples],
  } as const;
  for (const name of PARTS) {
    if (bounds[name][1] <= bounds[name][0]) {
      throw usageError(
        'empty-split',
        `${samples} samples leave none for the ${name} split`,
        'Ask for more samples.',
      );
    }
  }
  return bounds;
}

/** One number or more for each sample, one sample after another. */
interface Values {
  readonly data: Float32Array;
  /** Of one sample. */
  readonly shape: Shape;
}

interface SourceData {
  readonly x: Values;
  readonly y: Values;
  /** The targets without noise. */
  readonly truth?: Values;
  readonly classes?: readonly string[];
}

function generate(options: GeneratedConfig, seed: number): SourceData {
  switch (options.source) {
    case 'sine': {
      const [low, high] = options.range;
      const { x, y, truth } = sineSamples({ ...options, low, high }, seed);
      const column = (data: Float32Array): Values => ({ data, shape: [1] });
      return { x: column(x), y: column(y), truth: column(truth) };
    }
    case 'motion': {
      const { x, y } = motionSamples(options, seed);
      return {
        x: { data: x, shape: [MOTION_STEPS, MOTION_AXES] },
        y: { data: y, shape: [MOTION_CLASSES.length] },
        classes: MOTION_CLASSES,
      };
    }
  }
}

/** The inputs as the model gets them; what is measured of them is measured on the training split alone. */
function normalizeInputs(
  { data, shape }: Values,
  [start, end]: readonly [number, number],
): { readonly x: Values; readonly file: string } {
  const size = elementCount(shape);
  const normalization = standardNormalization(data.subarray(start * size, end * size), shape.at(-1) ?? 1);
  return { x: { data: normalize(data, normalization), shape }, file: prettyJson(normalization) };
}

function npyOf({ data, shape }: Values, [start, end]: readonly [number, number]): Uint8Array {
  const size = elementCount(shape);
  return writeNpy('float32', [end - start, ...shape], data.subarray(start * size, end * size));
}

export function generatedDataset(options: GeneratedConfig, seed: number): StageResult {
  const bounds = splitBounds(options);
  const { x: measured, y, truth, classes } = generate(options, seed);
  const files: Record<string, Uint8Array | string> = {};
  let x = measured;
  if (options.normalization === 'standard') {
    const normalized = normalizeInputs(measured, bounds.train);
    x = normalized.x;
    files[NORMALIZATION_FILE] = normalized.file;
  }
  for (const name of PARTS) {
    files[`x_${name}.npy`] = npyOf(x, bounds[name]);
    files[`y_${name}.npy`] = npyOf(y, bounds[name]);
  }
  if (truth !== undefined) files['truth_test.npy'] = npyOf(truth, bounds.test);
  if (classes !== undefined) files['classes.json'] = prettyJson(classes);
  const count = (name: Part): number => bounds[name][1] - bounds[name][0];
  return { files, metrics: { train: count('train'), validation: count('validation'), test: count('test') } };
}
