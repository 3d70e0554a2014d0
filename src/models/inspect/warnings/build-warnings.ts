/** Of what one build refuses or computes otherwise: the Arduino libraries, and the kernels of CMSIS-NN. */

import type { OperatorView } from '../../../ir/outline.ts';
import { cmsisNnRefusal, differsInCmsisNn } from '../../../targets/tflm/library-limits.ts';
import { isPerChannel } from '../../../targets/tflm/limits/limit.ts';
import { forOperators, type Rule } from './model-warning.ts';

export const perChannelDense: Rule = (facts) =>
  forOperators(
    facts,
    (view) =>
      view.operator.name === 'FULLY_CONNECTED' && view.inputs[0]?.dtype === 'int8' && isPerChannel(view),
    (places) => ({
      code: 'per-channel-fully-connected',
      message: `The weights of ${places} have a scale for every unit; the Arduino libraries take the first for all and give wrong results without an error.`,
      hint: 'For Arduino write it anew with "tinyml convert --library chirale" (or arduino-tflm), which makes convolutions of them.',
    }),
  );

/** The pass `dense-as-rows` cures the shapes of FULLY_CONNECTED. */
function cureInCmsisNn({ operator, inputs }: OperatorView): string {
  const isShape = operator.name === 'FULLY_CONNECTED' && inputs[0]?.dtype !== 'int16';
  return isShape
    ? 'Write it anew with "tinyml convert", which puts a RESHAPE behind it, or build with the reference kernels.'
    : 'Build with the reference kernels.';
}

export const cmsisRefuses: Rule = (facts) => {
  const sentences = new Set(facts.operators.map(cmsisNnRefusal).filter((sentence) => sentence !== undefined));
  return [...sentences].flatMap((sentence) =>
    forOperators(
      facts,
      (view) => cmsisNnRefusal(view) === sentence,
      (places, first) => ({
        code: 'cmsis-nn-refuses',
        message: `A build with CMSIS-NN does not run ${places}. ${sentence}`,
        hint: cureInCmsisNn(first),
      }),
    ),
  );
};

export const cmsisDiffers: Rule = (facts) =>
  forOperators(facts, differsInCmsisNn, (places) => ({
    code: 'cmsis-nn-differs',
    message: `CMSIS-NN computes ${places} otherwise than the reference kernels do.`,
    hint: 'Measure the accuracy on the board, or build with the reference kernels.',
  }));
