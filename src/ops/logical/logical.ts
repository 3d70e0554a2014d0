/** What operators on two conditions share: all but the question. */

import { binaryOperands, inferBinary } from '../arithmetic/binary.ts';
import { checkComparison, comparisonKernel } from '../comparison/comparison.ts';
import { OPAQUE } from '../traits.ts';
import { noAttributes, noMacs } from '../unary.ts';

/** All of the operator but its kind. */
export function logicalOperator(holds: (a: boolean, b: boolean) => boolean) {
  return {
    operands: binaryOperands,
    attributes: noAttributes,
    quantRule: { rule: 'free' },
    traits: OPAQUE,
    infer: inferBinary,
    check: checkComparison,
    macs: noMacs,
    kernels: { bool: comparisonKernel((a, b) => holds(a !== 0, b !== 0)) },
  } as const;
}
