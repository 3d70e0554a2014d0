/** Networks by name: a new one is one file and one row here. */

import type * as z from 'zod';
import { inputError, withErrorContext } from '../../core/errors.ts';
import type { Shape } from '../../core/tensor.ts';
import { MAX_UNITS } from '../layers/layer.ts';
import { type ModelSpec, modelSpecSchema } from '../model-spec.ts';
import type { Architecture, NetworkOutput } from './architecture.ts';
import { autoencoder } from './autoencoder.ts';
import { cnn } from './cnn.ts';
import { conv1d } from './conv1d.ts';
import { dsCnn } from './ds-cnn.ts';
import { mlp } from './mlp.ts';
import { mobilenetV1 } from './mobilenet-v1.ts';
import { gru, lstm } from './recurrent.ts';
import { resnet8 } from './resnet8.ts';

export const ARCHITECTURES = {
  mlp,
  conv1d,
  gru,
  lstm,
  ds_cnn: dsCnn,
  cnn,
  mobilenet_v1: mobilenetV1,
  resnet8,
  autoencoder,
} as const;

export type ArchitectureName = keyof typeof ARCHITECTURES;

export const ARCHITECTURE_NAMES = Object.keys(ARCHITECTURES) as readonly ArchitectureName[];

/** A network by name, with its knobs. */
export type ArchitectureSpec = z.output<(typeof ARCHITECTURES)[ArchitectureName]['schema']>;

/** The row of a name known at run time only; the schema has matched the options with it. */
export function architectureRow(name: ArchitectureName): Architecture<z.ZodObject> {
  return ARCHITECTURES[name] as unknown as Architecture<z.ZodObject>;
}

function checkTask(name: ArchitectureName, { task }: NetworkOutput): void {
  const wanted = task === 'anomaly' ? 'input' : 'targets';
  if (architectureRow(name).learns === wanted) return;
  const fitting = ARCHITECTURE_NAMES.filter((other) => architectureRow(other).learns === wanted);
  throw inputError(
    'architecture-task',
    wanted === 'input'
      ? `The architecture "${name}" predicts targets, but the task "anomaly" gives its input again.`
      : `The architecture "${name}" gives its input again, but the task is ${task}.`,
    `For that there ${fitting.length === 1 ? 'is' : 'are'} ${fitting.join(', ')}.`,
  );
}

function checkUnits(name: ArchitectureName, { units }: NetworkOutput): void {
  if (units <= MAX_UNITS) return;
  throw inputError(
    'architecture-output',
    `The architecture "${name}" would have ${units} outputs, but at most ${MAX_UNITS} are possible.`,
    'Make the samples smaller: shorter windows, smaller pictures, fewer columns.',
  );
}

/**
 * The layers of an architecture for samples of `input`. `width` multiplies the units or filters of every hidden layer.
 * Throws an input error for a task or a shape that it is not made for.
 */
export function expandArchitecture(
  spec: ArchitectureSpec,
  input: Shape,
  output: NetworkOutput,
  width = 1,
): ModelSpec {
  checkTask(spec.architecture, output);
  checkUnits(spec.architecture, output);
  const scale = (units: number) => Math.min(MAX_UNITS, Math.max(1, Math.floor(units * width)));
  const layers = withErrorContext(`Architecture "${spec.architecture}"`, () =>
    architectureRow(spec.architecture).layers(spec, input, output, scale),
  );
  return modelSpecSchema.parse({ layers });
}
