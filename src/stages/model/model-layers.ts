/** The layers of a project's model: those written by hand, or those of an architecture, which may be fitted first. */

import { given } from '../../core/given.ts';
import type { Reporter } from '../../core/reporter.ts';
import type { Shape } from '../../core/tensor.ts';
import type { NetworkOutput } from '../../training/architectures/architecture.ts';
import { type ArchitectureSpec, expandArchitecture } from '../../training/architectures/index.ts';
import type { ModelSpec } from '../../training/model-spec.ts';
import type { ProjectConfig } from '../config.ts';
import { type FitLimits, type FittedForm, fitArchitecture } from './fit-architecture.ts';

/** What training builds of the `model` section; to fit it, one must know what it becomes in the end. */
export type TrainedModel =
  | Extract<ProjectConfig['model'], { readonly layers: unknown }>
  | (ArchitectureSpec & { readonly fit?: FitLimits & { readonly form: FittedForm } });

export interface ModelLayers {
  readonly layers: ModelSpec;
  /** Of a fitted architecture what its units and filters were multiplied by. */
  readonly width?: number;
}

/** The model of a project, to be fitted into what the project makes of it. */
export function trainedModel({ model, conversion, quantization, check }: ProjectConfig): TrainedModel {
  if ('layers' in model) return model;
  const { fit, ...architecture } = model;
  if (fit === undefined) return architecture;
  const { densePerChannel } = quantization;
  return { ...architecture, fit: { ...fit, form: { ...conversion, densePerChannel, target: check.target } } };
}

/** For samples of the shape `input` and what they are to learn; `note` is that of the file that will be written. */
export async function modelLayers(
  model: TrainedModel,
  input: Shape,
  output: NetworkOutput,
  note: FittedForm['note'],
  report: Reporter,
): Promise<ModelLayers> {
  if ('layers' in model) return { layers: model };
  const { fit, ...architecture } = model;
  if (fit === undefined) return { layers: expandArchitecture(architecture, input, output) };
  const { form, ...limits } = fit;
  return fitArchitecture(architecture, input, output, limits, { ...form, ...given({ note }) }, report);
}
