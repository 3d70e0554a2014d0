/** Outputs whose parameters a kernel assumes, as the operators themselves state them. */

import type { OperatorView } from '../../../ir/outline.ts';
import { OP_KINDS, opOf } from '../../../ops/index.ts';
import type { FixedOutput } from '../../../ops/op.ts';

/** Of an int8 operator; undefined where it takes the output's own parameters. */
export function fixedOutputOf({ operator: { name } }: OperatorView): FixedOutput | undefined {
  const kind = OP_KINDS.find((known) => known.toUpperCase() === name);
  const rule = kind === undefined ? undefined : opOf(kind).quantRule;
  return rule?.rule === 'fixed-output' ? rule.outputs.int8 : undefined;
}
