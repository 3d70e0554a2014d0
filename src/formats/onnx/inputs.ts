/** The inputs of an ONNX graph, with batch 1. */

import { unsupportedError } from '../../core/errors.ts';
import type { Shape, TensorType } from '../../core/tensor.ts';
import { requireRank } from '../lowering/given-shapes.ts';
import type { ValueInfoProto } from './messages.ts';
import { shown } from './scope.ts';
import { dtypeOf } from './tensor.ts';

const BATCH = 1;

/** Free sizes have a name, no size at all, or none that a tensor can have. */
function isFree(size: number | undefined): size is undefined {
  return size === undefined || size < 0;
}

/** The first dimension is the batch where it is free; others that are free must be given. */
function shapeOfInput({ name, type }: ValueInfoProto, given: Shape | undefined): Shape {
  const dimensions = type?.tensor?.shape?.dimensions;
  if (given !== undefined) {
    requireRank(
      shown(name),
      given,
      dimensions?.map(({ value }) => (isFree(value) ? undefined : value)),
    );
    return given;
  }
  if (dimensions === undefined) {
    throw unsupportedError(
      'dynamic-shape',
      `input "${shown(name)}" has no shape.`,
      `Give it with "--shape ${shown(name)}=1x3x48x48".`,
    );
  }
  const shape = dimensions.map(({ value }, axis) => (isFree(value) ? (axis === 0 ? BATCH : -1) : value));
  if (shape.every((size) => Number.isSafeInteger(size) && size > 0)) return shape;
  const text = dimensions
    .map(({ value, parameter }) => (isFree(value) ? parameter.slice(0, 20) || '?' : value))
    .join(', ');
  throw unsupportedError(
    'dynamic-shape',
    `input "${shown(name)}" has shape [${text.slice(0, 200)}], of which more than the batch is free.`,
    `Give it with "--shape ${shown(name)}=${shape.map((size) => (size === -1 ? 'N' : size)).join('x')}".`,
  );
}

/** Sizes of an input, those that are free undefined; undefined where the file says nothing of it. */
export function sizesOf({ type }: ValueInfoProto): readonly (number | undefined)[] | undefined {
  return type?.tensor?.shape?.dimensions.map(({ value }) => (isFree(value) ? undefined : value));
}

export function typeOfInput(input: ValueInfoProto, given: Shape | undefined): TensorType {
  const { name, type } = input;
  if (type !== undefined && type.tensor === undefined) {
    throw unsupportedError(
      'unsupported-input',
      `input "${shown(name)}" is a list, a map or an optional value, and chips are given tensors.`,
      'Export the model with one tensor for each input.',
    );
  }
  const shape = shapeOfInput(input, given);
  return { dtype: dtypeOf(type?.tensor?.elementType || FLOAT), shape };
}

/** What old files leave out. */
const FLOAT = 1;
