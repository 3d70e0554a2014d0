/** The space of a project for which nobody wrote one. */

import type { ProjectConfig } from '../../config.ts';
import { datasetKnobs } from './dataset-knobs.ts';
import { modelKnobs } from './model-knobs.ts';
import type { Knob, Knobs, SearchSpace } from './space-schema.ts';
import { sharesAround } from './spans.ts';

/** What keeps a network from learning pictures, and series, by heart. */
const PICTURE_CHANGES: Knob = [[], [{ type: 'crop', most: 0.1 }]];
const SERIES_CHANGES: Knob = [[], [{ type: 'shift', most: 0.1 }]];

const OF_PICTURES: readonly string[] = ['cnn', 'mobilenet_v1', 'resnet8'];
const OF_SERIES: readonly string[] = ['conv1d', 'ds_cnn', 'gru', 'lstm'];

function changes({ model, training }: ProjectConfig): Knobs {
  if (training.augment !== undefined || 'layers' in model) return {};
  if (OF_PICTURES.includes(model.architecture)) return { augment: PICTURE_CHANGES };
  return OF_SERIES.includes(model.architecture) ? { augment: SERIES_CHANGES } : {};
}

function inSection(section: string, knobs: Knobs): Record<string, Knob> {
  return Object.fromEntries(Object.entries(knobs).map(([name, knob]) => [`${section}.${name}`, knob]));
}

/** Around what the project has: its architecture or its layers, its samples, and how it is trained. */
export function defaultSpace(config: ProjectConfig): SearchSpace {
  return {
    knobs: {
      ...inSection('model', modelKnobs(config.model)),
      ...inSection('dataset', datasetKnobs(config.dataset)),
      ...inSection('training', {
        learningRate: sharesAround(config.training.learningRate),
        ...changes(config),
      }),
    },
  };
}
