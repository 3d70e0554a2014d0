import type { Shape } from '../../../../core/tensor.ts';

/**
 * Sizes of a RESHAPE for the elements of one step, where the file has those of all `steps` of its sequence: the first axis that is as
 * long is 1 then, which the comparison with the whole sequence has to bear out. -1 is what is left. Others stay as they are, and
 * so do all without `steps`.
 */
export function sizesOfStep(sizes: Shape, elements: number, steps: number | undefined): Shape {
  const known = sizes.reduce((product, size) => (size === -1 ? product : product * size), 1);
  const fits = sizes.includes(-1) ? elements % known === 0 : elements === known;
  const axis = fits || steps === undefined ? -1 : sizes.indexOf(steps);
  return axis === -1 ? sizes : sizes.with(axis, 1);
}
