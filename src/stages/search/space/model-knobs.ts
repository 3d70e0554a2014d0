/** What a search may choose in a model where nobody says it: widths, depths, kernels and strides around what the project has. */

import type { ArchitectureName } from '../../../training/architectures/index.ts';
import type { ModelConfig } from '../../model/model-config.ts';
import { layerKnobs } from './layer-knobs.ts';
import type { Knob, Knobs } from './space-schema.ts';
import { stepsAround, widthListAround, widthsAround } from './spans.ts';

type ModelOf<Name extends ArchitectureName> = Extract<ModelConfig, { readonly architecture: Name }>;

const MOST_LAYERS = 64;
const MOST_PICTURE_LAYERS = 8;

/** Of one for all, or of each. */
function mostOf(sizes: number | readonly number[]): number {
  return typeof sizes === 'number' ? sizes : Math.max(...sizes);
}

function numbersAround(sizes: number | readonly number[], step: number): Knob {
  return stepsAround(mostOf(sizes), step);
}

const dropout: Knob = [0, 0.1, 0.2];

function hiddenUnits({ units, width, depth }: ModelOf<'mlp'>): readonly number[] {
  if (units !== undefined) return units;
  if ((width ?? depth) === undefined) return [32, 16];
  return new Array<number>(depth ?? 2).fill(width ?? 32);
}

const MOST_RECURRENT_LAYERS = 8;

const recurrentKnobs = ({ units }: ModelOf<'gru' | 'lstm'>): Knobs => ({
  units: widthListAround(units, MOST_RECURRENT_LAYERS),
  dropout,
});

const BY_ARCHITECTURE: { readonly [Name in ArchitectureName]: (model: ModelOf<Name>) => Knobs } = {
  mlp: (model) => ({
    ...(model.units === undefined && (model.width ?? model.depth) !== undefined
      ? {
          width: widthsAround(Math.max(...hiddenUnits(model))),
          depth: stepsAround(hiddenUnits(model).length, 1),
        }
      : { units: widthListAround(hiddenUnits(model), MOST_LAYERS) }),
    dropout,
  }),
  conv1d: ({ filters, kernel, stride }) => ({
    filters: widthListAround(filters, MOST_LAYERS),
    kernel: numbersAround(kernel, 2),
    stride: numbersAround(stride, 1),
    dropout,
  }),
  gru: recurrentKnobs,
  lstm: recurrentKnobs,
  ds_cnn: ({ filters, blocks, kernel, stride }) => ({
    filters: widthsAround(filters),
    blocks: stepsAround(blocks, 1),
    kernel: [[...kernel], kernel.map((size) => Math.max(1, Math.ceil(size / 2))), [3, 3]],
    stride: [[...stride], stride.map((step) => step + 1), [1, 1]],
    dropout,
  }),
  cnn: ({ filters, kernel }) => ({
    filters: widthListAround(filters, MOST_PICTURE_LAYERS),
    kernel: stepsAround(kernel, 2, 2),
    dropout,
  }),
  mobilenet_v1: ({ alpha, depthMultiplier }) => ({
    alpha: { from: Math.max(0.03125, alpha / 4), to: Math.min(4, alpha * 1.5), scale: 'log' },
    depthMultiplier: [...new Set([1, depthMultiplier])],
    dropout,
  }),
  resnet8: ({ filters }) => ({ filters: widthsAround(filters), dropout }),
  autoencoder: ({ hidden }) => ({ hidden: widthListAround(hidden, MOST_LAYERS) }),
};

/** By their places in the `model` section. */
export function modelKnobs(model: ModelConfig): Knobs {
  if ('layers' in model) return layerKnobs(model.layers);
  return (BY_ARCHITECTURE[model.architecture] as (model: ModelConfig) => Knobs)(model);
}
