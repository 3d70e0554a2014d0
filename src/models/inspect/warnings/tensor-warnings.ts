/** Of tensors that are missing, have no memory or no elements, contradict each other, or hold what nobody can compute with. */

import { formatShape } from '../../../core/tensor.ts';
import { type OutlineTensor, unsizedHint, unsizedTensor } from '../../../ir/outline.ts';
import { nonFiniteConstants, senselessScales } from '../../../targets/tflm/limits/scales.ts';
import { lacksDepthwiseBias } from '../../../targets/tflm/limits/weighted.ts';
import { forOperators, placeOf, type Rule } from './model-warning.ts';

/** Nothing can be computed with such numbers, whether tinyml knows the operators or not. */
export const diverged: Rule = (facts) =>
  forOperators(
    facts,
    (view) => (nonFiniteConstants(view) ?? senselessScales(view)) !== undefined,
    (places, first) => ({
      code: 'senseless-numbers',
      message: `${places} cannot compute anything. ${nonFiniteConstants(first) ?? senselessScales(first)}`,
      hint: 'Train the model again, with a smaller learning rate or inputs of smaller range, and convert that.',
    }),
  );

export const misfits: Rule = (facts) => {
  const found = facts.operators.flatMap((view) => {
    const { misfit } = view.operator;
    return misfit?.code === 'shape-mismatch' ? [{ view, reason: misfit.reason }] : [];
  });
  if (found.length === 0) return [];
  const [{ view, reason }] = found;
  return [
    {
      code: 'shapes-contradict',
      message: `The shapes of ${found.length === 1 ? '' : `${found.length} operators, first `}${placeOf(facts, view)} contradict each other: ${reason}. TensorFlow Lite Micro refuses that, or computes something else without an error.`,
      hint: 'Write the file anew with "tinyml convert", or convert the original with a batch of 1.',
    },
  ];
};

export const missingBias: Rule = (facts) =>
  forOperators(
    facts,
    (view) => view.operator.name === 'DEPTHWISE_CONV_2D' && lacksDepthwiseBias(view),
    (places) => ({
      code: 'missing-bias',
      message: `There is no bias in ${places}; TensorFlow Lite Micro stops with an assertion.`,
      hint: 'Convert it with "tinyml convert", which gives it a bias of zeros.',
    }),
  );

export const unsized: Rule = ({ outline }) => {
  const sentence = unsizedTensor(outline);
  if (sentence === undefined) return [];
  return [
    {
      code: 'no-tensor-size',
      message: `No memory can be planned. ${sentence}`,
      hint: unsizedHint(outline),
    },
  ];
};

/** TFLM lets the shape [0] pass. */
function isDynamic({ bytes, shape, unsized: reason }: OutlineTensor): boolean {
  return bytes === 0 && reason === undefined && shape.length > 1;
}

export const emptyTensors: Rule = ({ outline: { subgraphs } }) => {
  const empty = subgraphs.flatMap(({ tensors, operators }) =>
    operators.flatMap(({ outputs }) => outputs.map((index) => tensors[index])).filter(isDynamic),
  );
  if (empty.length === 0) return [];
  const [{ name, shape }] = empty;
  return [
    {
      code: 'empty-tensor',
      message: `The tensor ${JSON.stringify(name)} has shape ${formatShape(shape)}, without elements; TensorFlow Lite Micro takes that for a dynamic tensor and refuses it.`,
      hint: 'Fix every dimension before converting.',
    },
  ];
};
