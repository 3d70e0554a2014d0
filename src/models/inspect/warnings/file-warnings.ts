/** Of the file around the operators: its memory plan, its compression, where its constants lie. */

import type { Rule } from './model-warning.ts';

export const compressed: Rule = ({ metadataNames }) =>
  metadataNames.includes('COMPRESSION_METADATA')
    ? [
        {
          code: 'compressed',
          message:
            'The weights are compressed; a build without USE_TFLM_COMPRESSION computes garbage from them without an error.',
          hint: 'Build TensorFlow Lite Micro with USE_TFLM_COMPRESSION, or use the model as it was before compression.',
        },
      ]
    : [];

export const unaligned: Rule = ({ constants }) => {
  const odd = constants.filter(({ offset, elementBytes }) => offset % Math.min(elementBytes, 4) !== 0);
  if (odd.length === 0) return [];
  return [
    {
      code: 'unaligned-constants',
      message: `${odd.length} of ${constants.length} constants do not start at a multiple of their element's size; a Cortex-M0 stops with a fault when it reads them.`,
      hint: 'Write the file again: "tinyml convert MODEL -o aligned.tflite".',
    },
  ];
};

export const offlinePlan: Rule = ({ outline }) =>
  outline.offlinePlan === undefined
    ? []
    : [
        {
          code: 'offline-plan',
          message: `The file brings its own memory plan, with places for ${outline.offlinePlan.filter((offset) => offset >= 0).length} of ${outline.offlinePlan.length} tensors; TensorFlow Lite Micro follows it without a check.`,
          hint: 'If the model was changed since, convert it again to get rid of the plan.',
        },
      ];
