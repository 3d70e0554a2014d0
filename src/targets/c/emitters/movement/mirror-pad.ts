import { stridesOf } from '../../../../kernels/move.ts';
import type { Mirrored } from '../../../../ops/movement/padding/mirror_pad.ts';
import type { CStep, Emission } from '../../emitter.ts';
import type { Walk } from '../../walk.ts';
import { definitionsOf, walkCode } from './walk-code.ts';

interface Mirroring {
  /** From the input into the middle of the output. */
  readonly middle: Walk;
  /** From the output into the output, the last axis first, so that what lies on both sides of it is mirrored with it later. */
  readonly sides: readonly Walk[];
}

function mirroring({ shape, paddings, mode }: Mirrored): Mirroring {
  const padded = shape.map((size, axis) => paddings[axis][0] + size + paddings[axis][1]);
  const [inputSteps, steps] = [stridesOf(shape), stridesOf(padded)];
  const skip = mode === 'reflect' ? 1 : 0;
  /** Along axes before `axis` the middle, along those behind it all. */
  const side = (axis: number, count: number, from: number, to: number): Walk => {
    const start = paddings.slice(0, axis).reduce((sum, [before], outer) => sum + before * steps[outer], 0);
    const loops = shape.map((size, at) => {
      if (at === axis) return { count, from: -steps[at], to: steps[at] };
      return { count: at < axis ? size : padded[at], from: steps[at], to: steps[at] };
    });
    return { loops, from: start + from * steps[axis], to: start + to * steps[axis] };
  };
  const sides = paddings.flatMap(([before, after], axis) => [
    ...(before > 0 ? [side(axis, before, 2 * before + skip - 1, 0)] : []),
    ...(after > 0 ? [side(axis, after, before + shape[axis] - 1 - skip, before + shape[axis])] : []),
  ]);
  return {
    middle: {
      loops: shape.map((count, axis) => ({ count, from: inputSteps[axis], to: steps[axis] })),
      from: 0,
      to: paddings.reduce((sum, [before], axis) => sum + before * steps[axis], 0),
    },
    sides: sides.reverse(),
  };
}

export function mirrorPad({ prepared, label, outputs, constants }: CStep<unknown, Mirrored>): Emission {
  const { middle, sides } = mirroring(prepared);
  const code = (walk: Walk, index: number) => walkCode(constants, `${label}_${index}`, outputs[0].type, walk);
  const [first, ...others] = [middle, ...sides].map(code);
  return {
    definitions: definitionsOf([first, ...others]),
    call: (places) =>
      [
        ...first.lines(places.input(0), places.output(0)),
        ...others.flatMap((side) => side.lines(places.output(0), places.output(0))),
      ].join('\n'),
  };
}
