/** A network of several inputs: a branch for each, and what decides of all of them together. */

import type { Task } from '../../models/score/tasks.ts';
import type { ProjectInput } from '../config.ts';
import type { ProposedInput } from './propose-inputs.ts';
import type { SampleKind } from './sample-kind.ts';

type Layers = Extract<NonNullable<ProjectInput['model']>, { readonly layers: unknown }>['layers'];
type Layer = Layers[number];

const RELU = { activation: 'relu', padding: 'same' } as const;

function convolutions1d(
  ...of: readonly (readonly [filters: number, kernelSize: number, strides: number])[]
): Layer[] {
  return of.map(([filters, kernelSize, strides]) => ({
    type: 'Conv1D',
    filters,
    kernelSize,
    strides,
    ...RELU,
  }));
}

/** Small ones: what is decided is decided of all together. */
const BRANCHES: Readonly<Record<SampleKind, readonly Layer[]>> = {
  row: [{ type: 'Dense', units: 16, activation: 'relu' }],
  series: [...convolutions1d([12, 5, 1], [16, 5, 2]), { type: 'GlobalAveragePooling1D' }],
  waveform: [...convolutions1d([12, 64, 16], [16, 8, 4], [24, 8, 4]), { type: 'GlobalAveragePooling1D' }],
  spectrum: [...convolutions1d([16, 5, 2], [24, 3, 2]), { type: 'GlobalAveragePooling1D' }],
  picture: [
    { type: 'Conv2D', filters: 8, kernelSize: 3, strides: 2, ...RELU },
    { type: 'Conv2D', filters: 16, kernelSize: 3, strides: 2, ...RELU },
    { type: 'GlobalAveragePooling2D' },
  ],
};

/** The first layer reads the input, the last one has the name that is joined. */
function branch({ input, kind }: ProposedInput): readonly Layer[] {
  const layers = BRANCHES[kind];
  return layers.map((layer, index) => ({
    ...layer,
    ...(index === 0 ? { inputs: [input.name] } : {}),
    ...(index === layers.length - 1 ? { name: `${input.name}_seen` } : {}),
  }));
}

function decision(task: Task, classes: number): Layer {
  if (task === 'regression') return { type: 'Dense', units: 1 };
  return classes === 2
    ? { type: 'Dense', units: 1, activation: 'sigmoid' }
    : { type: 'Dense', units: classes, activation: 'softmax' };
}

/** `classes`: between how many it decides, where it does. */
export function proposeBranches(
  task: Task,
  inputs: readonly ProposedInput[],
  classes: number,
): { readonly layers: Layers } {
  return {
    layers: [
      ...inputs.flatMap(branch),
      { type: 'Concatenate', inputs: inputs.map(({ input }) => `${input.name}_seen`) },
      { type: 'Dense', units: 24, activation: 'relu' },
      decision(task, classes),
    ],
  };
}
