/** Operations that move elements or put many into one; axes count the batch. */

import { inputError, unsupportedError } from '../../../core/errors.ts';
import { isJsonObject, type JsonValue } from '../../../core/json.ts';
import { elementCount, formatShape, type Shape } from '../../../core/tensor.ts';
import { type LayerContext, type LayerImporter, type LayerValue, positiveAxis } from '../layer.ts';
import { FIRST } from './elementwise.ts';
import { settingAt, tensorAt, tensorsAt } from './operands.ts';

function layerValue(layer: LayerContext, id: number): LayerValue {
  return { id, shape: layer.shapeOf(id) };
}

function reshaped(layer: LayerContext, shape: Shape): LayerValue {
  return { id: layer.reshape('', tensorAt(layer, FIRST).id, shape), shape };
}

export const importReshapeOperation: LayerImporter = (layer) => {
  const { shape } = tensorAt(layer, FIRST);
  const wanted = settingAt(layer, [1, 'shape', 'newshape', 'new_shape']).openShape();
  const count = elementCount(shape);
  const known = elementCount(wanted.filter((size) => size !== -1));
  // The batch may be left open beside another size: it is 1.
  const closed = wanted.filter((size) => size === -1).length > 1 ? [1, ...wanted.slice(1)] : wanted;
  const result = closed.map((size) => (size === -1 ? count / known : size));
  const isSound =
    result.every((size) => Number.isInteger(size) && size > 0) && elementCount(result) === count;
  if (!isSound || result[0] !== 1) {
    throw inputError(
      'layer-shape',
      `its input of shape ${formatShape(shape)} cannot become ${formatShape(wanted)}.`,
    );
  }
  return reshaped(layer, result);
};

function axesAt(layer: LayerContext, rank: number): number[] | undefined {
  const axes = settingAt(layer, [1, 'axis', 'axes']).numbers();
  return axes?.map((axis) => positiveAxis(axis, rank));
}

export function reduction(kind: 'mean' | 'sum' | 'reduce_max' | 'reduce_min'): LayerImporter {
  return (layer) => {
    const input = tensorAt(layer, FIRST);
    const axes = axesAt(layer, input.shape.length) ?? input.shape.map((_, axis) => axis).slice(1);
    if (axes.includes(0)) throw inputError('layer-shape', 'it mixes samples of different batches (axis 0).');
    const keepDims = settingAt(layer, [2, 'keepdims', 'keep_dims']).boolean(false);
    const sorted = [...new Set(axes)].sort((a, b) => a - b);
    return layerValue(layer, layer.add(kind, '', { axes: sorted, keepDims }, [layer.narrow(input)]));
  };
}

export const importConcat: LayerImporter = (layer) => {
  const inputs = tensorsAt(layer, [0, 'values', 'xs']);
  const axis = positiveAxis(
    settingAt(layer, [1, 'axis']).number(layer.writer === 'keras-3' ? 0 : -1),
    inputs[0].shape.length,
  );
  if (axis === 0) throw inputError('layer-shape', 'it joins samples of different batches (axis 0).');
  const ids = inputs.map((input) => layer.narrow(input));
  return layerValue(layer, layer.add('concatenation', '', { axis, activation: 'none' }, ids));
};

export const importStack: LayerImporter = (layer) => {
  const inputs = tensorsAt(layer, [0, 'values', 'x', 'arrays']);
  const axis = positiveAxis(settingAt(layer, [1, 'axis']).number(0), inputs[0].shape.length + 1);
  if (axis === 0) throw inputError('layer-shape', 'it puts samples in front of the batch (axis 0).');
  return layerValue(
    layer,
    layer.add(
      'pack',
      '',
      { axis },
      inputs.map((input) => layer.narrow(input)),
    ),
  );
};

export const importTranspose: LayerImporter = (layer) => {
  const input = tensorAt(layer, FIRST);
  const permutation = settingAt(layer, [1, 'perm', 'axes']).integers();
  const isWhole = input.shape.every((_, axis) => permutation.includes(axis));
  if (!isWhole || permutation.length !== input.shape.length || permutation[0] !== 0) {
    throw inputError('layer-config', `it cannot put the axes in the order ${formatShape(permutation)}.`);
  }
  return layerValue(layer, layer.add('transpose', '', { permutation }, [layer.narrow(input)]));
};

export const importExpandDims: LayerImporter = (layer) => {
  const { shape } = tensorAt(layer, FIRST);
  const axis = positiveAxis(settingAt(layer, [1, 'axis']).integer(), shape.length + 1);
  return reshaped(layer, shape.toSpliced(axis, 0, 1));
};

export const importSqueeze: LayerImporter = (layer) => {
  const { shape } = tensorAt(layer, FIRST);
  const axes =
    axesAt(layer, shape.length) ?? shape.flatMap((size, axis) => (axis > 0 && size === 1 ? [axis] : []));
  if (axes.some((axis) => axis === 0 || shape[axis] !== 1)) {
    throw inputError('layer-shape', `it cannot drop axes ${axes.join(', ')} of ${formatShape(shape)}.`);
  }
  return reshaped(
    layer,
    shape.filter((_, axis) => !axes.includes(axis)),
  );
};

/** One entry of a subscript, for one axis of the input; `null` in the place of `size` makes a new axis. */
interface Range {
  readonly begin: number;
  readonly end: number;
  readonly stride: number;
  readonly keeps: boolean;
}

function subscriptOf(item: JsonValue, size: number): Range | undefined {
  if (Number.isInteger(item)) {
    const at = Number(item) < 0 ? Number(item) + size : Number(item);
    return at >= 0 && at < size ? { begin: at, end: at + 1, stride: 1, keeps: false } : undefined;
  }
  const members = isJsonObject(item) && isJsonObject(item.config) ? item.config : item;
  if (!isJsonObject(members)) return undefined;
  const { start = null, stop = null, step = null } = members;
  if (![start, stop, step].every((part) => part === null || Number.isInteger(part))) return undefined;
  const stride = step === null ? 1 : Number(step);
  const place = (at: number): number => Math.min(Math.max(at < 0 ? at + size : at, 0), size);
  const [begin, end] = [
    start === null ? 0 : place(Number(start)),
    stop === null ? size : place(Number(stop)),
  ];
  return stride > 0 && end > begin ? { begin, end, stride, keeps: true } : undefined;
}

function isEllipsis(item: JsonValue): boolean {
  return isJsonObject(item) && item.class_name === '__ellipsis__';
}

const WHOLE = { start: null, stop: null, step: null };

/** `x[:, 1:3, ..., None]`: constant ranges and places of single axes. */
export const importGetItem: LayerImporter = (layer) => {
  const input = tensorAt(layer, FIRST);
  const { shape } = input;
  const given = settingAt(layer, [1, 'slice_spec', 'key']).value ?? null;
  const items: readonly JsonValue[] = Array.isArray(given) ? given : [given];
  const named = items.filter((item) => item !== null && !isEllipsis(item)).length;
  const filling = new Array<JsonValue>(Math.max(0, shape.length - named)).fill(WHOLE);
  const spread = items.some(isEllipsis)
    ? items.flatMap((item) => (isEllipsis(item) ? filling : [item]))
    : [...items, ...filling];
  let axis = 0;
  const ranges = spread.map((item) => (item === null ? null : subscriptOf(item, shape[axis++] ?? 0)));
  const slices = ranges.filter((range) => range !== null);
  const known = slices.filter((range) => range !== undefined);
  if (
    known.length !== shape.length ||
    slices.length !== shape.length ||
    !known[0].keeps ||
    known[0].end !== 1
  ) {
    throw unsupportedError(
      'unsupported-operation',
      `its subscript ${JSON.stringify(given).slice(0, 80)} of ${formatShape(shape)} cannot be converted.`,
      'Slice with constant bounds and forward steps, and leave the batch whole.',
    );
  }
  const attributes = {
    begin: known.map(({ begin }) => begin),
    end: known.map(({ end }) => end),
    strides: known.map(({ stride }) => stride),
    beginMask: 0,
    endMask: 0,
    shrinkAxisMask: 0,
  };
  const sliced = layer.add('strided_slice', 'slice', attributes, [layer.narrow(input)]);
  const sizes = layer.shapeOf(sliced).values();
  const result = ranges.flatMap((range) => {
    if (range === null) return [1];
    const size = sizes.next().value ?? 1;
    return range?.keeps === false ? [] : [size];
  });
  return { id: layer.reshape('', sliced, result), shape: result };
};

export const importPad: LayerImporter = (layer) => {
  const input = tensorAt(layer, FIRST);
  const margins = settingAt(layer, [1, 'paddings', 'pad_width']).numbers() ?? [];
  const mode = settingAt(layer, [2, 'mode']).string('constant').toLowerCase();
  const fill = settingAt(layer, [3, 'constant_values']).number(0);
  const paddings = input.shape.map((_, axis) => [margins[2 * axis], margins[2 * axis + 1]] as const);
  const isSound =
    margins.length === 2 * paddings.length && margins.every((size) => Number.isInteger(size) && size >= 0);
  if (!isSound || mode !== 'constant' || fill !== 0 || margins[0] + margins[1] > 0) {
    throw unsupportedError(
      'unsupported-operation',
      'only constant paddings with zeros, around all axes but the batch, can be converted.',
      'Use ZeroPadding1D or ZeroPadding2D.',
    );
  }
  return layerValue(layer, layer.add('pad', '', { paddings }, [layer.narrow(input)]));
};

export const importTile: LayerImporter = (layer) => {
  const input = tensorAt(layer, FIRST);
  const given = settingAt(layer, [1, 'multiples', 'repeats']).integers();
  const multiples = [...new Array<number>(Math.max(0, input.shape.length - given.length)).fill(1), ...given];
  if (multiples.length !== input.shape.length || multiples[0] !== 1) {
    throw inputError(
      'layer-config',
      `it cannot repeat an input of shape ${formatShape(input.shape)} ${formatShape(given)} times.`,
    );
  }
  return layerValue(layer, layer.add('tile', '', { multiples }, [layer.narrow(input)]));
};
