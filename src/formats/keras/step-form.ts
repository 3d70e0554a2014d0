/** The network of one time step: what a sequence goes through step by step, its recurrent layers keeping what they remember. */

import { withErrorContext } from '../../core/errors.ts';
import { noSequence, noStepForm, nothingRemembered } from '../lowering/recurrent/step/no-step-form.ts';
import { isRecurrent } from './layers/recurrent/cells.ts';
import type { KerasModel, LayerCall, ModelInput } from './topology/keras-model.ts';

/** Layers that make a step of their output of the same step of their inputs, whatever their configuration. */
const STEP_BY_STEP: ReadonlySet<string> = new Set([
  'Activation',
  'Add',
  'AlphaDropout',
  'Average',
  'BatchNormalization',
  'Dense',
  'Dropout',
  'ELU',
  'GaussianDropout',
  'GaussianNoise',
  'LeakyReLU',
  'Maximum',
  'Minimum',
  'Multiply',
  'ReLU',
  'Rescaling',
  'SpatialDropout1D',
  'Subtract',
  'TimeDistributed',
]);

function oneStep(inputs: readonly ModelInput[]): ModelInput {
  const [input] = inputs;
  if (inputs.length === 1 && input.shape.length === 3) {
    return { ...input, shape: [input.shape[0], 1, input.shape[2]] };
  }
  throw noSequence();
}

/** The call for one step, with whether what it makes is a step of a sequence too. */
function callOfStep(
  call: LayerCall,
  isStep: (tensor: number) => boolean,
): { readonly call: LayerCall; readonly makesSteps: boolean } {
  const { className, config, inputs } = call;
  if (!isRecurrent(className)) {
    if (STEP_BY_STEP.has(className) && inputs.every(isStep)) return { call, makesSteps: true };
    if (className === 'Masking') throw noStepForm('it says which steps are passed over');
    throw noStepForm('it looks along time, or at more than one step of it');
  }
  if (config.boolean('go_backwards', false)) throw noStepForm('it begins with the last step');
  if (inputs.length > 1) throw noStepForm('it is called with states');
  if (typeof call.masked === 'number') throw noStepForm('it passes over steps');
  return {
    call: { ...call, config: config.with('stateful', true) },
    makesSteps: config.boolean('return_sequences', false),
  };
}

/**
 * The model whose input is one step, [1, 1, depth], and whose recurrent layers are stateful. Throws `no-step-form`
 * (unsupported) where a layer needs other steps than those that were.
 */
export function stepForm(model: KerasModel): KerasModel {
  const input = oneStep(model.inputs);
  const steps = new Set<number>([0]);
  const remembering = new Set<string>();
  const calls = model.calls.map((call) => {
    if (!call.inputs.some((tensor) => steps.has(tensor))) return call;
    const { name, className, output } = call;
    return withErrorContext(`Layer "${name}" (${className})`, () => {
      const made = callOfStep(call, (tensor) => steps.has(tensor));
      if (made.makesSteps) steps.add(output);
      if (isRecurrent(className)) remembering.add(name);
      return made.call;
    });
  });
  if (remembering.size > 0) return { ...model, inputs: [input], calls };
  throw nothingRemembered();
}
