/** The C of every operator, by the type that it computes; what is not there does not compile. */

import type { OpKind } from '../../ops/index.ts';
import type { ComputedType } from '../../ops/op.ts';
import type { AnyEmitter, OperatorEmitters } from './emitter.ts';
import { ACTIVATIONS_EMITTERS } from './emitters/activations.ts';
import { ARITHMETIC_EMITTERS } from './emitters/arithmetic.ts';
import { CODING_EMITTERS } from './emitters/coding.ts';
import { COMPARISON_EMITTERS } from './emitters/comparison.ts';
import { DETECTION_EMITTERS } from './emitters/detection.ts';
import { LOGICAL_EMITTERS } from './emitters/logical.ts';
import { MATH_EMITTERS } from './emitters/math.ts';
import { MOVEMENT_EMITTERS } from './emitters/movement.ts';
import { NORMALIZATION_EMITTERS } from './emitters/normalization.ts';
import { POOLING_EMITTERS } from './emitters/pooling.ts';
import { QUANTIZATION_EMITTERS } from './emitters/quantization.ts';
import { RECURRENT_EMITTERS } from './emitters/recurrent.ts';
import { REDUCTIONS_EMITTERS } from './emitters/reductions.ts';
import { REPETITION_EMITTERS } from './emitters/repetition.ts';
import { RESIZING_EMITTERS } from './emitters/resizing.ts';
import { WEIGHTED_EMITTERS } from './emitters/weighted.ts';

const EMITTERS: { readonly [Kind in OpKind]: OperatorEmitters<Kind> } = {
  ...ACTIVATIONS_EMITTERS,
  ...ARITHMETIC_EMITTERS,
  ...CODING_EMITTERS,
  ...COMPARISON_EMITTERS,
  ...DETECTION_EMITTERS,
  ...LOGICAL_EMITTERS,
  ...MATH_EMITTERS,
  ...MOVEMENT_EMITTERS,
  ...NORMALIZATION_EMITTERS,
  ...POOLING_EMITTERS,
  ...QUANTIZATION_EMITTERS,
  ...RECURRENT_EMITTERS,
  ...REDUCTIONS_EMITTERS,
  ...REPETITION_EMITTERS,
  ...RESIZING_EMITTERS,
  ...WEIGHTED_EMITTERS,
};

/** Undefined where no kernel of the operator computes that type. */
export function emitterOf(kind: OpKind, type: ComputedType): AnyEmitter | undefined {
  return (EMITTERS[kind] as { readonly [Type in ComputedType]?: AnyEmitter })[type];
}
