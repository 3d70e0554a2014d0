import { defineOp } from '../op.ts';
import { comparisonKernel, comparisonOperator } from './comparison.ts';

const holds = (a: number, b: number): boolean => a === b;
const { kernels, ...operator } = comparisonOperator(holds);

export const equal = defineOp({
  kind: 'equal',
  ...operator,
  kernels: { ...kernels, bool: comparisonKernel(holds) },
});
