/** What a project of several outputs must say of them, and what it cannot have: it is made for models of one. */

import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { QUALITY_NAMES } from '../config/check-config.ts';
import type { ConfigFault } from '../config/config-errors.ts';
import type { DatasetConfig } from '../dataset-config.ts';

/** As much of a project as several outputs have to do with. */
interface OutputsProject {
  readonly dataset: DatasetConfig;
  readonly model: { readonly layers?: unknown; readonly architecture?: string | undefined };
  readonly training: {
    readonly outputs?: Readonly<Record<string, unknown>> | undefined;
    readonly balance?: string | undefined;
    readonly compress?: readonly unknown[] | undefined;
  };
  readonly stream?: unknown;
  readonly check: { readonly outputs?: Readonly<Record<string, unknown>> | undefined };
}

/** Names of the outputs that layers make; undefined for models of one. */
export function outputNames({ dataset }: Pick<OutputsProject, 'dataset'>): readonly string[] | undefined {
  return 'outputs' in dataset ? dataset.outputs?.map(({ name }) => name) : undefined;
}

/** What is said by names of outputs: under each of these is a record of them. */
const BY_NAME = ['training', 'check'] as const;

function namesFault(project: OutputsProject, names: readonly string[] | undefined): ConfigFault | undefined {
  for (const section of BY_NAME) {
    const said = Object.keys(project[section].outputs ?? {});
    if (said.length === 0) continue;
    const path = [section, 'outputs'];
    if (names === undefined) {
      return {
        path,
        sentence: `${section}.outputs is of a dataset with "outputs", and this one has one output`,
        hint: `Say it in "${section}" itself, or name "outputs" in "dataset".`,
      };
    }
    const unknown = said.find((name) => !names.includes(name));
    if (unknown === undefined) continue;
    return {
      path: [...path, unknown],
      sentence: `${section}.outputs.${unknown} is no output of the dataset`,
      hint: `Its outputs are ${names.join(', ')}.`,
    };
  }
  return undefined;
}

/** What each output has of its own, so that it cannot be said of all. */
const OWN_FIELDS: Readonly<Record<(typeof BY_NAME)[number], readonly string[]>> = {
  training: ['loss', 'metrics', 'targets'],
  check: QUALITY_NAMES,
};

/** `json` is what the file says, without defaults. */
function ownFieldFault(json: JsonObject, [name]: readonly string[]): ConfigFault | undefined {
  for (const section of BY_NAME) {
    const said = json[section];
    const field = isJsonObject(said) ? OWN_FIELDS[section].find((own) => own in said) : undefined;
    if (field === undefined) continue;
    return {
      path: [section, field],
      sentence: `${section}.${field}: every output has its own`,
      hint: `Say it of each: "${section}": { "outputs": { "${name}": { "${field}": … } } }.`,
    };
  }
  return undefined;
}

/** What is made for models of one output. */
function soleFault(
  { model, training, stream }: OutputsProject,
  names: readonly string[],
): ConfigFault | undefined {
  const [name, ...others] = names;
  const count = `models of one output, and the dataset has ${names.length}: ${names.join(', ')}`;
  if (model.layers === undefined) {
    return {
      path: ['model', 'architecture'],
      sentence: `model.architecture: "${model.architecture}" is for ${count}`,
      hint: `Write "layers" that end in layers of these names: { "type": "Dense", "units": 1, "name": "${others[0]}", "inputs": ["shared"] }.`,
    };
  }
  if (training.compress !== undefined && training.compress.length > 0) {
    return {
      path: ['training', 'compress'],
      sentence: `training.compress trains ${count}`,
      hint: 'Leave "compress" out.',
    };
  }
  if (training.balance === 'batches') {
    return {
      path: ['training', 'balance'],
      sentence: `training.balance counts the classes of ${count}`,
      hint: `Leave "balance" out; a "weight" in training.outputs.${name} says what an output counts.`,
    };
  }
  if (stream === undefined) return undefined;
  return {
    path: ['stream'],
    sentence: `stream listens with ${count}`,
    hint: 'Leave "stream" out.',
  };
}

/** Undefined where nothing is wrong; `json` is what the file says, without defaults. */
export function outputsFault(project: OutputsProject, json: JsonObject): ConfigFault | undefined {
  const names = outputNames(project);
  const misnamed = namesFault(project, names);
  if (misnamed !== undefined || names === undefined) return misnamed;
  return ownFieldFault(json, names) ?? soleFault(project, names);
}
