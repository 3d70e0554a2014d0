/** Regression on targets of mean 0 and deviation 1, by a model that speaks the targets' own units in the end. */

import { inputError } from '../../core/errors.ts';
import type { FloatModel } from '../../core/float-model.ts';
import { headsOf } from '../heads.ts';
import { readTopology, topologyOutputs } from '../topology.ts';
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

/** A layer whose outputs are in units of the targets in the end, and which of the numbers of a target they are. */
interface ScaledLayer {
  readonly name: string;
  readonly from: number;
  /** All, where it is absent. */
  readonly size: number | undefined;
}

function notScalable(why: string, whose: string): Error {
  return inputError(
    'targets-not-scalable',
    `"targets": "standard" needs ${whose} that ends with Dense of the activation "linear" and a bias, which take the scale of the targets; this one ${why}.`,
    `End ${whose === 'a model' ? 'the model' : 'it'} with such a layer, or take "targets" out of "training".`,
  );
}

/** Throws `targets-not-scalable` (input) where the weights of the layer of an output cannot take the scale. */
function scalableLayer(topology: TrainingJob['topology'], output: number, whose: string): string {
  const layers = readTopology(topology);
  const position = topologyOutputs(topology)[output];
  const { name, spec } = layers[position];
  if (spec.type !== 'Dense') throw notScalable(`ends with ${spec.type}`, whose);
  if (spec.activation !== 'linear')
    throw notScalable(`ends with Dense with the activation "${spec.activation}"`, whose);
  if (!spec.useBias) throw notScalable('ends with Dense without a bias', whose);
  if (layers.some(({ inputs }) => inputs.includes(position)))
    throw notScalable('is read by other layers', whose);
  return name;
}

function scaledLayers(job: TrainingJob): readonly ScaledLayer[] {
  let from = 0;
  return headsOf(job).flatMap(({ name, size, targets }, index) => {
    const own = from;
    from += size ?? 0;
    if (targets !== 'standard') return [];
    const whose = name === undefined ? 'a model' : `an output "${name}"`;
    return [{ name: scalableLayer(job.topology, index, whose), from: own, size }];
  });
}

/** Numbers that no layer scales stay as they are. */
function scalingOf({ mean, deviation }: Scaling, layers: readonly ScaledLayer[]): Scaling {
  const isScaled = (place: number): boolean =>
    layers.some(({ from, size }) => size === undefined || (place >= from && place < from + size));
  return {
    mean: mean.map((value, place) => (isScaled(place) ? value : 0)),
    deviation: deviation.map((value, place) => (isScaled(place) ? value : 1)),
  };
}

/** The sums of these layers times the deviation, plus the mean; float32 again. */
function unscaled(
  { topology, weights }: FloatModel,
  layers: readonly ScaledLayer[],
  { mean, deviation }: Scaling,
): FloatModel {
  return {
    topology,
    weights: weights.map((weight) => {
      const { name, data } = weight;
      const layer = layers.find((one) => name === `${one.name}/kernel` || name === `${one.name}/bias`);
      if (layer === undefined) return weight;
      const { from, size: width = mean.length } = layer;
      if (name.endsWith('/kernel'))
        return { ...weight, data: data.map((value, i) => value * deviation[from + (i % width)]) };
      return { ...weight, data: data.map((value, i) => value * deviation[from + i] + mean[from + i]) };
    }),
  };
}

/** A job on standard targets in the place of `job`, and its models as those of `job`. */
export interface StandardTargets {
  readonly job: TrainingJob;
  inTargetUnits(model: FloatModel): FloatModel;
}

/** Of the outputs that want it; undefined where none does. Throws `targets-not-scalable` (input). */
export function standardTargets(job: TrainingJob): StandardTargets | undefined {
  const layers = scaledLayers(job);
  if (layers.length === 0) return undefined;
  const { train, validation } = job;
  if (train.y === 'input' || validation.y === 'input') {
    throw inputError(
      'targets-not-scalable',
      '"targets": "standard" scales targets of their own, but these are the inputs.',
      'Scale the inputs instead, and take "targets" out of "training".',
    );
  }
  const scaling = scalingOf(measure(train.y), layers);
  const standard = ({ x }: LabelledSamples, y: SampleRows): LabelledSamples => ({
    x,
    y: standardRows(y, scaling),
  });
  return {
    job: { ...job, train: standard(train, train.y), validation: standard(validation, validation.y) },
    inTargetUnits: (model) => unscaled(model, layers, scaling),
  };
}
