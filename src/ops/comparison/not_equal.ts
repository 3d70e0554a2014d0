import { defineOp } from '../op.ts';
import { comparisonKernel, comparisonOperator } from './comparison.ts';

const holds = (a: number, b: number): boolean => a !== b;
const { kernels, ...operator } = comparisonOperator(holds);

export const notEqual = defineOp({
  kind: 'not_equal',
  ...operator,
  kernels: { ...kernels, bool: comparisonKernel(holds) },
});
