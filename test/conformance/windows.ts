/**
 * Convolutions, pooling and reductions as lists: which elements of the input, and with which weights, make each element
 * of the output. Written from the definitions, pixel by pixel; nothing is shared with src/ops/window.ts.
 */

import type { Random } from '../../src/core/random.ts';
import { elementCount, type Shape } from '../../src/core/tensor.ts';
import type { FusedActivation } from '../../src/ops/fused-activation.ts';
import { drawActivation, oneOf } from './draw.ts';

export type Image = readonly [number, number, number, number];
type Pair = readonly [number, number];

interface Sliding {
  readonly filter: Pair;
  readonly strides: Pair;
  readonly dilations: Pair;
}

/** As a file has it. */
interface NamedGeometry extends Sliding {
  readonly padding: 'same' | 'valid';
}

/** Pixels around the image. */
interface Margins {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

export interface Geometry extends Sliding {
  readonly padding: NamedGeometry['padding'] | Margins;
}

/** An element of the input and an element of the weights that meet. */
export type Term = readonly [input: number, weight: number];

export interface Convolution<Attributes> {
  readonly attributes: Attributes & { readonly activation: FusedActivation };
  readonly input: Image;
  readonly weights: Image;
  readonly output: Image;
  /** For each element of the output. */
  readonly terms: readonly (readonly Term[])[];
}

export interface Gathering<Attributes> {
  readonly attributes: Attributes;
  readonly input: Shape;
  readonly output: Shape;
  /** For each element of the output, the elements of the input that it is made of. */
  readonly members: readonly (readonly number[])[];
}

function drawPair(random: Random, most: number): Pair {
  return [1 + random.below(most), 1 + random.below(most)];
}

/** Where window 0 starts, and how many windows there are along one axis. */
function along(
  { padding, filter, strides, dilations }: Geometry,
  axis: 0 | 1,
  size: number,
): [number, number] {
  const reach = (filter[axis] - 1) * dilations[axis] + 1;
  let windows = 0;
  if (padding === 'valid') {
    while (windows * strides[axis] + reach <= size) windows++;
    return [0, windows];
  }
  if (padding !== 'same') {
    const [before, behind] = axis === 0 ? [padding.top, padding.bottom] : [padding.left, padding.right];
    while (windows * strides[axis] + reach <= before + size + behind) windows++;
    return [-before, windows];
  }
  while (windows * strides[axis] < size) windows++;
  const outside = Math.max(0, (windows - 1) * strides[axis] + reach - size);
  return [-((outside - (outside % 2)) / 2), windows];
}

/** A geometry in which at least one window fits into the image. */
function drawNamed(random: Random, image: Pair, largestDilation: number): NamedGeometry {
  const geometry = {
    filter: drawPair(random, 4),
    strides: drawPair(random, 3),
    dilations: drawPair(random, largestDilation),
  };
  const valid: NamedGeometry = { padding: 'valid', ...geometry };
  return fits(valid, image) && random.below(2) === 0 ? valid : { padding: 'same', ...geometry };
}

function fits(geometry: Geometry, [height, width]: Pair): boolean {
  return along(geometry, 0, height)[1] > 0 && along(geometry, 1, width)[1] > 0;
}

/** The same, and in some cases with a padding of so many pixels on every side that each window reaches into the image. */
function drawGeometry(random: Random, image: Pair, largestDilation: number): Geometry {
  const named = drawNamed(random, image, largestDilation);
  const { filter, dilations } = named;
  const draw = (axis: 0 | 1): number => random.below((filter[axis] - 1) * dilations[axis] + 1);
  const margins: Geometry = {
    ...named,
    padding: { top: draw(0), bottom: draw(0), left: draw(1), right: draw(1) },
  };
  return random.below(3) === 0 && fits(margins, image) ? margins : named;
}

const at = ([, height, width, depth]: Image, batch: number, y: number, x: number, channel: number): number =>
  ((batch * height + y) * width + x) * depth + channel;

/** Calls `visit` for every pixel and tap that meet, by output pixel. */
function meet(
  geometry: Geometry,
  [batches, height, width]: Image,
  visit: (batch: number, from: Pair, to: Pair, tap: Pair) => void,
): void {
  const { filter, strides, dilations } = geometry;
  const [[top, rows], [left, columns]] = [along(geometry, 0, height), along(geometry, 1, width)];
  const range = (count: number): number[] => [...Array(count).keys()];
  for (const batch of range(batches)) {
    for (const row of range(rows)) {
      for (const column of range(columns)) {
        for (const tapY of range(filter[0])) {
          for (const tapX of range(filter[1])) {
            const y = top + row * strides[0] + tapY * dilations[0];
            const x = left + column * strides[1] + tapX * dilations[1];
            const inside = y >= 0 && y < height && x >= 0 && x < width;
            if (inside) visit(batch, [y, x], [row, column], [tapY, tapX]);
          }
        }
      }
    }
  }
}

function windowsOf(geometry: Geometry, [, height, width]: Image): Pair {
  return [along(geometry, 0, height)[1], along(geometry, 1, width)[1]];
}

const lists = <T>(shape: Shape): T[][] => Array.from({ length: elementCount(shape) }, () => []);

/** Weights are OHWI; a depth below that of the input makes groups. */
export function convTerms(geometry: Geometry, input: Image, weights: Image, output: Image): Term[][] {
  const [outputs, , , inDepth] = weights;
  const outDepth = outputs / (input[3] / inDepth);
  const terms = lists<Term>(output);
  meet(geometry, input, (batch, from, to, tap) => {
    for (let channel = 0; channel < outputs; channel++) {
      const group = Math.floor(channel / outDepth);
      for (let i = 0; i < inDepth; i++) {
        terms[at(output, batch, ...to, channel)].push([
          at(input, batch, ...from, group * inDepth + i),
          at(weights, channel, ...tap, i),
        ]);
      }
    }
  });
  return terms;
}

/** Weights are 1HWC, C being channels of the output. */
export function depthwiseTerms(geometry: Geometry, input: Image, weights: Image, output: Image): Term[][] {
  const depthMultiplier = weights[3] / input[3];
  const terms = lists<Term>(output);
  meet(geometry, input, (batch, from, to, tap) => {
    for (let channel = 0; channel < weights[3]; channel++) {
      terms[at(output, batch, ...to, channel)].push([
        at(input, batch, ...from, Math.floor(channel / depthMultiplier)),
        at(weights, 0, ...tap, channel),
      ]);
    }
  });
  return terms;
}

/** One group in most cases, else as many as leave one or two channels in each. */
export function drawConv(random: Random) {
  const groups = oneOf(random, [1, 1, 1, 2, 3]);
  const [inDepth, outDepth] = [1 + random.below(groups > 1 ? 2 : 5), 1 + random.below(groups > 1 ? 2 : 6)];
  const input: Image = [1 + random.below(2), ...drawPair(random, 7), groups * inDepth];
  const { filter, ...sliding } = drawGeometry(random, [input[1], input[2]], oneOf(random, [1, 1, 3]));
  const geometry = { filter, ...sliding };
  const weights: Image = [groups * outDepth, ...filter, inDepth];
  const output: Image = [input[0], ...windowsOf(geometry, input), weights[0]];
  const terms = convTerms(geometry, input, weights, output);
  const attributes = { ...sliding, activation: drawActivation(random) };
  return { attributes, input, weights, output, terms };
}

export function drawDepthwiseConv(random: Random) {
  const depthMultiplier = oneOf(random, [1, 1, 2, 3]);
  const input: Image = [1 + random.below(2), ...drawPair(random, 7), 1 + random.below(5)];
  const { filter, ...sliding } = drawGeometry(random, [input[1], input[2]], oneOf(random, [1, 1, 3]));
  const geometry = { filter, ...sliding };
  const weights: Image = [1, ...filter, input[3] * depthMultiplier];
  const output: Image = [input[0], ...windowsOf(geometry, input), weights[3]];
  const terms = depthwiseTerms(geometry, input, weights, output);
  const attributes = { ...sliding, depthMultiplier, activation: drawActivation(random) };
  return { attributes, input, weights, output, terms };
}

/** The convolution from the output back to the input, read from its other end. */
export function drawTransposeConv(random: Random) {
  const output: Image = [1 + random.below(2), ...drawPair(random, 7), 1 + random.below(5)];
  const { filter, padding, strides } = drawNamed(random, [output[1], output[2]], 1);
  const geometry: Geometry = { padding, filter, strides, dilations: [1, 1] };
  const input: Image = [output[0], ...windowsOf(geometry, output), 1 + random.below(4)];
  const weights: Image = [output[3], ...filter, input[3]];
  const terms = lists<Term>(output);
  meet(geometry, output, (batch, to, from, tap) => {
    for (let channel = 0; channel < output[3]; channel++) {
      for (let i = 0; i < input[3]; i++) {
        terms[at(output, batch, ...to, channel)].push([
          at(input, batch, ...from, i),
          at(weights, channel, ...tap, i),
        ]);
      }
    }
  });
  const attributes = { padding, strides, outputShape: output, activation: drawActivation(random) };
  return { attributes, input, weights, output, terms };
}

export function drawPool(random: Random) {
  const input: Image = [1 + random.below(2), ...drawPair(random, 7), 1 + random.below(4)];
  const { filter, padding, strides } = drawGeometry(random, [input[1], input[2]], 1);
  const geometry: Geometry = { padding, filter, strides, dilations: [1, 1] };
  const output: Image = [input[0], ...windowsOf(geometry, input), input[3]];
  const members = lists<number>(output);
  meet(geometry, input, (batch, from, to) => {
    for (let channel = 0; channel < input[3]; channel++) {
      members[at(output, batch, ...to, channel)].push(at(input, batch, ...from, channel));
    }
  });
  const attributes = { padding, filter, strides, activation: drawActivation(random) };
  return { attributes, input, output, members };
}

export function drawReduction(random: Random) {
  const input = Array.from({ length: 1 + random.below(4) }, () => 1 + random.below(6));
  const chosen = [...input.keys()].filter(() => random.below(2) === 0);
  const axes = chosen.length > 0 ? chosen : [random.below(input.length)];
  const keepDims = random.below(2) === 0;
  const kept = input.map((dimension, axis) => (axes.includes(axis) ? 1 : dimension));
  const output = keepDims ? kept : kept.filter((_, axis) => !axes.includes(axis));
  const members = lists<number>(output);
  for (let element = 0; element < elementCount(input); element++) {
    let [rest, to, stride] = [element, 0, 1];
    for (let axis = input.length - 1; axis >= 0; axis--) {
      const coordinate = rest % input[axis];
      rest = (rest - coordinate) / input[axis];
      if (axes.includes(axis)) continue;
      to += coordinate * stride;
      stride *= input[axis];
    }
    members[to].push(element);
  }
  return { attributes: { axes, keepDims }, input, output, members };
}
