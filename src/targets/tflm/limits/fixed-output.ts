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
