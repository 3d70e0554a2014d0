/** Regression on targets of mean 0 and deviation 1, by a model that speaks the targets' own units in the end. */

import { inputError } from '../../core/errors.ts';
import type { FloatModel } from '../../core/float-model.ts';
import { readTopology } from '../topology.ts';
import type { LabelledSamples, TrainingJob } from '../trainer.ts';
import { forEachBlock, type SampleRows } from './sample-rows.ts';

/** Of each output, over the training samples and all positions. */
interface Scaling {
  readonly mean: Float64Array;
  /** 1 where all targets are equal. */
  readonly deviation: Float64Array;
}

/** In two passes, in float64. */
function measure(targets: SampleRows): Scaling {
  const width = targets.shape.at(-1) ?? 1;
  const meanOf = (term: (value: number, output: number) => number): Float64Array => {
    const sums = new Float64Array(width);
    let count = 0;
    forEachBlock(targets, (values) => {
      for (let i = 0; i < values.length; i++) sums[i % width] += term(values[i], i % width);
      count += values.length / width;
    });
    return sums.map((sum) => sum / count);
  };
  const mean = meanOf((value) => value);
  const variance = meanOf((value, output) => (value - mean[output]) ** 2);
  return { mean, deviation: variance.map((square) => Math.sqrt(square) || 1) };
}

function standardRows(rows: SampleRows, { mean, deviation }: Scaling): SampleRows {
  const width = mean.length;
  const size = rows.shape.reduce((product, dimension) => product * dimension, 1);
  const scale = (values: Float32Array, count: number): void => {
    for (let i = 0; i < count; i++) values[i] = (values[i] - mean[i % width]) / deviation[i % width];
  };
  return {
    count: rows.count,
    shape: rows.shape,
    read(start, count, into) {
      rows.read(start, count, into);
      scale(into, count * size);
    },
    gather(order, start, count, into) {
      rows.gather(order, start, count, into);
      scale(into, count * size);
    },
  };
}

/** The last layer's name. Throws `targets-not-scalable` (input) where its weights cannot take the scale. */
function lastDense(topology: TrainingJob['topology']): string {
  const last = readTopology(topology).at(-1);
  const found =
    last?.spec.type !== 'Dense'
      ? last?.spec.type
      : last.spec.activation !== 'linear'
        ? `Dense with the activation "${last.spec.activation}"`
        : last.spec.useBias
          ? undefined
          : 'Dense without a bias';
  if (last !== undefined && found === undefined) return last.name;
  throw inputError(
    'targets-not-scalable',
    `"targets": "standard" needs a model that ends with Dense of the activation "linear" and a bias, which take the scale of the targets; this one ends with ${found}.`,
    'End the model with such a layer, or take "targets" out of "training".',
  );
}

/** The last layer's sums times the deviation, plus the mean; float32 again. */
function unscaled(
  { topology, weights }: FloatModel,
  layer: string,
  { mean, deviation }: Scaling,
): FloatModel {
  const width = mean.length;
  return {
    topology,
    weights: weights.map((weight) => {
      const { name, data } = weight;
      if (name === `${layer}/kernel`)
        return { ...weight, data: data.map((value, i) => value * deviation[i % width]) };
      if (name === `${layer}/bias`)
        return { ...weight, data: data.map((value, i) => value * deviation[i] + mean[i]) };
      return weight;
    }),
  };
}

/** A job on standard targets in the place of `job`, and its models as those of `job`. */
export interface StandardTargets {
  readonly job: TrainingJob;
  inTargetUnits(model: FloatModel): FloatModel;
}

/** Throws `targets-not-scalable` (input). */
export function standardTargets(job: TrainingJob): StandardTargets {
  const layer = lastDense(job.topology);
  const { train, validation } = job;
  if (train.y === 'input' || validation.y === 'input') {
    throw inputError(
      'targets-not-scalable',
      '"targets": "standard" scales targets of their own, but these are the inputs.',
      'Scale the inputs instead, and take "targets" out of "training".',
    );
  }
  const scaling = measure(train.y);
  const standard = ({ x }: LabelledSamples, y: SampleRows): LabelledSamples => ({
    x,
    y: standardRows(y, scaling),
  });
  return {
    job: { ...job, train: standard(train, train.y), validation: standard(validation, validation.y) },
    inTargetUnits: (model) => unscaled(model, layer, scaling),
  };
}
