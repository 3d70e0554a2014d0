/** Why there is no network of one time step. */

import { type TinymlError, unsupportedError } from '../../../../core/errors.ts';
import { counted } from '../../../../core/figure-text.ts';

const NO_FORM = 'no-step-form';
const ELSEWHERE = 'time-elsewhere';
const WHOLE = 'Use --recurrent unrolled or fused, which take the whole sequence at once.';

/** `no-step-form` (unsupported); `why` is a clause. */
export function noStepForm(why: string, instead = WHOLE): Error {
  return unsupportedError(NO_FORM, `${why}, so there is no network of one time step.`, instead);
}

/** Of a layer that takes `steps` steps of an input whose axis of time is to be of one: that axis may be another. */
export function timeElsewhere(steps: number): Error {
  return unsupportedError(
    ELSEWHERE,
    `it takes ${counted(steps, 'step')} where the input has one, so there is no network of one time step.`,
    WHOLE,
  );
}

export function isTimeElsewhere({ code }: TinymlError): boolean {
  return code === ELSEWHERE;
}

/** Whether it says why there is no network of one time step, and not what is wrong with a file. */
export function isStepRefusal({ code }: TinymlError): boolean {
  return code === NO_FORM || code === ELSEWHERE;
}

/** What there is to be of a model's inputs. */
export function noSequence(): Error {
  return noStepForm('The model does not take one sequence of vectors', 'Leave --recurrent step out.');
}

/** Of a model without recurrent layers. */
export function nothingRemembered(): Error {
  return unsupportedError(
    NO_FORM,
    'No layer of the model remembers what it read, so there is no network of one time step.',
    'Leave --recurrent step out: recurrent layers such as LSTM and GRU have such a form.',
  );
}
