/** Of operators that no library has: those of TensorFlow itself, and custom ones. */

import { isFlexOperator, type OutlineOperator } from '../../../ir/outline.ts';
import { forOperators, MAX_PLACES, type Rule } from './model-warning.ts';

/** Loops that hold their steps in lists: what recurrent layers become where the batch or the steps are free. */
const LOOP_OPERATOR = /^FlexTensorList/;

function nameOf({ name, customName }: OutlineOperator): string {
  return customName ?? name;
}

export const flex: Rule = ({ operators }) => {
  const names = [
    ...new Set(
      operators
        .map(({ operator }) => operator)
        .filter(isFlexOperator)
        .map(nameOf),
    ),
  ];
  if (names.length === 0) return [];
  const shown = names.slice(0, MAX_PLACES).join(', ');
  const more = names.length > MAX_PLACES ? ` and ${names.length - MAX_PLACES} more` : '';
  return [
    {
      code: 'flex-operators',
      message: `The model has operators that only TensorFlow runs (${shown}${more}); no microcontroller does.`,
      hint: names.some((name) => LOOP_OPERATOR.test(name))
        ? 'A recurrent layer became a loop: give it unroll=True, or the model a fixed batch (keras.Input(batch_shape=(1, …))), and convert it again without SELECT_TF_OPS.'
        : 'Replace the layers that make them, and convert again without SELECT_TF_OPS.',
    },
  ];
};

export const custom: Rule = (facts) =>
  forOperators(
    facts,
    ({ operator }) =>
      !isFlexOperator(operator) && (operator.customName !== undefined || operator.name === 'CUSTOM'),
    (_, { operator }) => ({
      code: 'custom-operator',
      message: `The model has custom operators (${JSON.stringify(operator.customName ?? '')} is the first); what they compute and need is not known.`,
      hint: 'Register each with AddCustom, or convert the model with builtin operators only.',
    }),
  );
