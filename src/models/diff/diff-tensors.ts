/** What differs between two tensors: type, shape, storage, quantization, and the elements of constants. */

import { elementCount, formatShape, type TensorData } from '../../core/tensor.ts';
import type { OutlineQuantization, OutlineTensor } from '../../ir/outline.ts';

/** One property of both sides, as text. */
export interface Difference {
  readonly what: string;
  readonly a: string;
  readonly b: string;
}

/** A tensor and, where it is a constant that was read, its elements. */
export interface DiffTensor {
  readonly tensor: OutlineTensor;
  readonly data?: TensorData;
}

/** The nine digits that tell any two float32 apart, without zeros at the end. */
function formatScale(scale: number): string {
  return String(Number(scale.toPrecision(9)));
}

function formatQuantization(quantization: OutlineQuantization | undefined): string {
  if (quantization === undefined) return 'none';
  const { scales, zeroPoints, axis } = quantization;
  if (scales.length === 1) return `scale ${formatScale(scales[0])}, zero point ${zeroPoints[0]}`;
  const least = scales.reduce((x, y) => Math.min(x, y));
  const most = scales.reduce((x, y) => Math.max(x, y));
  return `${scales.length} scales ${formatScale(least)} … ${formatScale(most)} along axis ${axis}`;
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, index) => Object.is(value, b[index]));
}

function sameQuantization(a: OutlineQuantization | undefined, b: OutlineQuantization | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  const axis = a.scales.length === 1 || a.axis === b.axis;
  return axis && sameNumbers(a.scales, b.scales) && sameNumbers(a.zeroPoints, b.zeroPoints);
}

/** How many scales differ, where the two texts are too short to tell. */
function quantizationDifference(a: OutlineTensor, b: OutlineTensor): Difference[] {
  if (sameQuantization(a.quantization, b.quantization)) return [];
  const [textA, textB] = [formatQuantization(a.quantization), formatQuantization(b.quantization)];
  if (textA !== textB) return [{ what: 'quantization', a: textA, b: textB }];
  const scales = b.quantization?.scales ?? [];
  const count = a.quantization?.scales.filter((scale, index) => scale !== scales[index]).length ?? 0;
  const changed = count === 0 ? 'other zero points' : `${count} of them different`;
  return [{ what: 'quantization', a: textA, b: `${textB}, ${changed}` }];
}

function elementDifference(a: TensorData, b: TensorData, count: number): Difference[] {
  let differing = 0;
  for (let i = 0; i < count; i++) if (!Object.is(a[i], b[i])) differing++;
  if (differing === 0) return [];
  return [{ what: 'elements', a: `${count} in all`, b: `${differing} of ${count} different` }];
}

/** Empty for tensors that are equal in everything but their names. */
export function diffTensors(a: DiffTensor, b: DiffTensor): readonly Difference[] {
  const [from, to] = [a.tensor, b.tensor];
  const texts = (what: string, text: (tensor: OutlineTensor) => string): Difference[] =>
    text(from) === text(to) ? [] : [{ what, a: text(from), b: text(to) }];
  const kinds = [
    ...texts('type', ({ dtype }) => dtype),
    ...texts('shape', ({ shape }) => formatShape(shape)),
    ...texts('storage', ({ storage }) => storage),
  ];
  const elements =
    kinds.length === 0 && a.data !== undefined && b.data !== undefined
      ? elementDifference(a.data, b.data, elementCount(from.shape))
      : [];
  return [...kinds, ...quantizationDifference(from, to), ...elements];
}
