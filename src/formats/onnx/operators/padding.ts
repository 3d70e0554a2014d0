/** Elements put around a tensor. */

import { inputError } from '../../../core/errors.ts';
import { counted } from '../../../core/figure-text.ts';
import { formatShape } from '../../../core/tensor.ts';
import type { Padding } from '../../../ops/movement/padding/padding.ts';
import type { Operand } from '../../lowering/graph-writer.ts';
import { axisOf } from '../../lowering/operation.ts';
import { type LowerOnnx, type OnnxNode, type OnnxOperators, refuseAttribute } from '../node.ts';
import { knownOf } from './constants.ts';
import { expanded } from './movement.ts';
import { type Run, sliced } from './selection.ts';

/** Before and behind each axis; negative where elements go. */
function marginsOf(node: OnnxNode, rank: number): readonly Padding[] {
  const pads = node.integers('paddings') ?? node.numbersOf('pads', 1) ?? [];
  const axes = node.numbers(3, 'axes')?.map((axis) => axisOf(axis, rank));
  const count = axes?.length ?? rank;
  if (
    pads.length !== 2 * count ||
    new Set(axes).size !== (axes?.length ?? 0) ||
    !pads.every(Number.isInteger)
  ) {
    throw inputError('onnx-pad', `its pads are ${formatShape(pads)} for ${counted(count, 'axis', 'axes')}.`);
  }
  return Array.from({ length: rank }, (_, axis) => {
    const at = axes === undefined ? axis : axes.indexOf(axis);
    return at === -1 ? [0, 0] : [pads[at], pads[at + count]];
  });
}

/** Without what negative margins take away. */
function cut(node: OnnxNode, input: Operand, margins: readonly Padding[]): Operand {
  const runs = input.type.shape.map((size, axis): Run => {
    const [before, after] = margins[axis].map((margin) => Math.max(0, -margin));
    return { start: before, step: 1, count: Math.max(0, size - before - after) };
  });
  return sliced(node, 'cut', input, runs);
}

function along(input: Operand, axis: number, start: number, count: number): Run[] {
  return input.type.shape.map((size, at) => ({
    start: at === axis ? start : 0,
    step: 1,
    count: at === axis ? count : size,
  }));
}

type Margins = (part: string, axis: number, input: Operand, padding: Padding) => readonly Operand[];

/** Axis by axis, by what stands before and behind. */
function joined(
  node: OnnxNode,
  input: Operand,
  paddings: readonly Padding[],
  marginsOfAxis: Margins,
): Operand {
  const padded = paddings.flatMap(([before, after], axis) => (before + after === 0 ? [] : [axis]));
  return padded.reduce<Operand>((operand, axis, index) => {
    const part = index === padded.length - 1 ? '' : `axis_${axis}`;
    const parts = marginsOfAxis(`axis_${axis}`, axis, operand, paddings[axis]);
    return node.add('concatenation', part, { axis, activation: 'none' }, parts);
  }, input);
}

/** The first and the last element, again and again. */
function edges(node: OnnxNode): Margins {
  return (part, axis, input, [before, after]) => {
    const { shape } = input.type;
    const repeated = (name: string, start: number, count: number): readonly Operand[] => {
      if (count === 0) return [];
      const edge = sliced(node, `${part}/${name}_edge`, input, along(input, axis, start, 1));
      return [expanded(node, `${part}/${name}`, edge, shape.with(axis, count))];
    };
    return [...repeated('before', 0, before), input, ...repeated('behind', shape[axis] - 1, after)];
  };
}

/** The end stands before the beginning, and the beginning behind the end. */
function wrapped(node: OnnxNode): Margins {
  return (part, axis, input, [before, after]) => {
    const size = input.type.shape[axis];
    if (Math.max(before, after) > size) {
      throw refuseAttribute('pads', `are more than the ${size} elements that are to be repeated`);
    }
    const taken = (name: string, start: number, count: number): readonly Operand[] =>
      count === 0 ? [] : [sliced(node, `${part}/${name}`, input, along(input, axis, start, count))];
    return [...taken('before', size - before, before), input, ...taken('behind', 0, after)];
  };
}

const pad: LowerOnnx = (node) => {
  const margins = marginsOf(node, node.input(0).type.shape.length);
  const input = cut(node, node.input(0), margins);
  const paddings = margins.map(([before, after]): Padding => [Math.max(0, before), Math.max(0, after)]);
  if (paddings.flat().every((margin) => margin === 0)) return input;
  const mode = node.text('mode', 'constant');
  switch (mode) {
    case 'constant': {
      const value = node.numbers(2, 'padding value')?.[0] ?? node.float('value', 0);
      if (value === 0) return node.add('pad', '', { paddings }, [input]);
      return node.add('padv2', '', { paddings }, [input, knownOf(node, input.type.dtype, [1], [value])]);
    }
    case 'reflect':
      return node.add('mirror_pad', '', { paddings, mode }, [input]);
    case 'edge':
      return joined(node, input, paddings, edges(node));
    case 'wrap':
      return joined(node, input, paddings, wrapped(node));
    default:
      throw refuseAttribute('mode', `is "${mode}"`);
  }
};

export const PADDINGS: OnnxOperators = { Pad: pad };
