/** What a project of samples with several inputs cannot have: it is made for samples of one. */

import type { ConfigFault } from '../config/config-errors.ts';
import { attachedForms, severalInputs } from '../dataset/input-config.ts';
import type { DatasetConfig } from '../dataset-config.ts';

/** As much of a project as samples of several inputs have to do with. */
interface InputsProject {
  readonly dataset: DatasetConfig;
  readonly model: { readonly layers?: unknown; readonly architecture?: string | undefined };
  readonly training: {
    readonly augment?: readonly unknown[] | undefined;
    readonly compress?: readonly unknown[] | undefined;
  };
  readonly stream?: unknown;
}

/** Names of the inputs that layers read; undefined for samples of one. */
export function inputNames({ dataset }: Pick<InputsProject, 'dataset'>): readonly string[] | undefined {
  return 'inputs' in dataset ? severalInputs(dataset.inputs)?.map(({ name }) => name) : undefined;
}

/** A stream cuts windows of recordings, which a table of files has not: each of its files is a sample as a whole. */
function streamFault({ dataset, stream }: InputsProject): ConfigFault | undefined {
  const [form] = 'inputs' in dataset ? attachedForms(dataset.inputs) : [];
  if (form === undefined || stream === undefined) return undefined;
  return {
    path: ['stream'],
    sentence: `stream listens to windows of recordings, and the files that "${form.column}" names are samples as a whole`,
    hint: 'Leave "stream" out, or give the recordings as the "path" of the dataset, in a folder for each class.',
  };
}

/** Undefined where nothing is wrong. */
export function inputsFault(project: InputsProject): ConfigFault | undefined {
  const names = inputNames(project);
  if (names === undefined) return streamFault(project);
  const { model, training, stream } = project;
  const count = `samples of one input, and those of the dataset have ${names.length}: ${names.join(', ')}`;
  if (model.layers === undefined) {
    return {
      path: ['model', 'architecture'],
      sentence: `model.architecture: "${model.architecture}" takes ${count}`,
      hint: `Write "layers" that read them by name: { "type": "Dense", "units": 8, "inputs": ["${names[1]}"] }.`,
    };
  }
  if (training.augment !== undefined && training.augment.length > 0) {
    return {
      path: ['training', 'augment'],
      sentence: `training.augment changes ${count}`,
      hint: 'Leave "augment" out.',
    };
  }
  if (training.compress !== undefined && training.compress.length > 0) {
    return {
      path: ['training', 'compress'],
      sentence: `training.compress trains models for ${count}`,
      hint: 'Leave "compress" out.',
    };
  }
  if (stream === undefined) return undefined;
  return {
    path: ['stream'],
    sentence: `stream listens with ${count}`,
    hint: 'Leave "stream" out: run the model where all inputs are there.',
  };
}
