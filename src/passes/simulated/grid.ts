/** Which numbers of a float graph are steps of a scale already, so that rounding them to it changes nothing. */

import { type PerTensorQuant, sameQuant } from '../../core/quant-params.ts';
import { isQuantizedDType, type QuantizedDType } from '../../core/tensor.ts';
import type { Node, ValueId } from '../../ir/graph.ts';
import type { Rewrite } from '../../ir/rewrite.ts';
import { opOf } from '../../ops/index.ts';

/** Integers of activations, and what they stand for. */
export interface Steps {
  readonly dtype: QuantizedDType;
  readonly quant: PerTensorQuant;
}

/** The steps of a quantized value; undefined for others. */
export function stepsOf(rewrite: Rewrite, id: ValueId): Steps | undefined {
  const { dtype, quant } = rewrite.type(id);
  return isQuantizedDType(dtype) && quant?.scheme === 'per-tensor' ? { dtype, quant } : undefined;
}

export function sameSteps(a: Steps | undefined, b: Steps): boolean {
  return a !== undefined && a.dtype === b.dtype && sameQuant(a.quant, b.quant);
}

/** Whether the elements of its output are elements of input 0, or zeros, and carry the scale of it in int8. */
export function isMoving(node: Node): boolean {
  const { quantRule, traits } = opOf(node.kind);
  const { activation = 'none' } = node.attributes as { readonly activation?: string };
  return (
    quantRule.rule === 'same-as-input' &&
    quantRule.averages !== true &&
    traits.asFused === undefined &&
    activation === 'none'
  );
}

/** Whether nothing but moves lies between the value and integers of these steps. */
export function isOnGrid(rewrite: Rewrite, value: ValueId, steps: Steps): boolean {
  let producer = rewrite.producer(value);
  while (producer !== undefined && isMoving(producer))
    producer = rewrite.producer(producer.inputs[0] as ValueId);
  return producer?.kind === 'dequantize' && sameSteps(stepsOf(rewrite, producer.inputs[0] as ValueId), steps);
}
