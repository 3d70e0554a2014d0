/** Outputs whose parameters a kernel assumes, as the operators themselves state them. */

import type { OperatorView } from '../../../ir/outline.ts';
import { OP_KINDS, opOf } from '../../../ops/index.ts';
import type { FixedOutput } from '../../../ops/op.ts';

/** Of an operator on quantized values; undefined where it takes the output's own parameters. */
export function fixedOutputOf({
  operator: { name },
  outputs: [output],
}: OperatorView): FixedOutput | undefined {
  const kind = OP_KINDS.find((known) => known.toUpperCase() === name);
  const rule = kind === undefined ? undefined : opOf(kind).quantRule;
  const dtype = output?.dtype;
  if (rule?.rule !== 'fixed-output' || (dtype !== 'int8' && dtype !== 'int16')) return undefined;
  return rule.outputs[dtype];
}

/** Both ends are int8, and the zero point of the output is not the one that the kernel assumes. */
export function hasOtherZeroPoint(view: OperatorView): boolean {
  const fixed = int8OutputOf(view);
  return fixed !== undefined && view.outputs[0]?.quantization?.zeroPoints[0] !== fixed.zeroPoint;
}

/** The same of the scale or the zero point. */
export function hasOtherOutput(view: OperatorView): boolean {
  const fixed = int8OutputOf(view);
  if (fixed === undefined) return false;
  return hasOtherZeroPoint(view) || view.outputs[0]?.quantization?.scales[0] !== fixed.scale;
}

function int8OutputOf(view: OperatorView): FixedOutput | undefined {
  const [input, output] = [view.inputs[0]?.dtype, view.outputs[0]?.dtype];
  return input === 'int8' && output === 'int8' ? fixedOutputOf(view) : undefined;
}
