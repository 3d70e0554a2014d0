/** Layers that sum products over axes that they name. */

import { inputError } from '../../../core/errors.ts';
import { counted } from '../../../core/figure-text.ts';
import { formatShape, type Shape } from '../../../core/tensor.ts';
import { einsum } from '../../lowering/einsum/einsum.ts';
import { type Equation, parseEquation } from '../../lowering/einsum/equation.ts';
import { activationOf } from '../activation.ts';
import type { LayerConfig } from '../config.ts';
import { knownFactor, valueFactor } from '../factors.ts';
import { type LayerContext, type LayerValue, positiveAxis } from '../layer.ts';
import { alongLast } from './along-last.ts';

const isLetter = (letter: string): boolean => /[a-zA-Z]/.test(letter);

/** "output_shape" belongs to the last letters of the result. */
function sizesOfResult(config: LayerConfig, letters: readonly string[]): ReadonlyMap<string, number> {
  const value = config.value('output_shape');
  const given = typeof value === 'number' ? [value] : config.openShape('output_shape');
  if (given.length > letters.length) {
    throw inputError(
      'layer-config',
      `"output_shape" is ${formatShape(given)} for ${counted(letters.length, 'axis', 'axes')}.`,
    );
  }
  const named = letters.slice(letters.length - given.length);
  return new Map(named.map((letter, axis) => [letter, given[axis]]));
}

/** Of every letter, as the input and the configuration have it. */
function sizesOf(config: LayerConfig, { factors: [input], result }: Equation, shape: Shape) {
  const sizes = new Map(sizesOfResult(config, result.filter(isLetter)));
  for (const [axis, letter] of input.entries()) sizes.set(letter, shape[axis]);
  return (letter: string): number => {
    const size = sizes.get(letter) ?? -1;
    if (size > 0) return size;
    throw inputError('layer-config', `the size of axis "${letter}" of its equation is ${size}.`);
  };
}

/** The bias has an axis for each letter of the result from its first one on. */
function biasShape(axes: string, { result }: Equation, sizeOf: (letter: string) => number): Shape {
  const wanted = [...axes];
  const first = result.findIndex((letter) => wanted.includes(letter));
  if (first < 0 || !wanted.every((letter) => result.includes(letter))) {
    throw inputError(
      'layer-config',
      `"bias_axes" is ${JSON.stringify(axes)}, which are no axes of the result.`,
    );
  }
  return result.slice(first).map((letter) => (wanted.includes(letter) ? sizeOf(letter) : 1));
}

/** Empty where the layer has none. */
function biasAxes(config: LayerConfig): string {
  return config.string('bias_axes', '');
}

export function einsumDenseWeights(config: LayerConfig): readonly string[] {
  return biasAxes(config) === '' ? ['kernel'] : ['kernel', 'bias'];
}

export function importEinsumDense(layer: LayerContext): LayerValue {
  const { config, inputs } = layer;
  const [{ shape }] = inputs;
  const text = config.string('equation', '');
  const letters = /,\s*([a-zA-Z]*)/.exec(text)?.[1] ?? '';
  const equation = parseEquation(text, [shape.length, letters.length]);
  const sizeOf = sizesOf(config, equation, shape);
  const kernel = layer.weight('kernel', equation.factors[1].map(sizeOf));
  const product = einsum(layer, text, [
    valueFactor(layer, inputs[0]),
    knownFactor(layer, kernel.shape, kernel.data),
  ]);
  const axes = biasAxes(config);
  const bias = axes === '' ? undefined : layer.weight('bias', biasShape(axes, equation, sizeOf));
  const sum =
    bias === undefined
      ? product
      : layer.add('add', 'biased', { activation: 'none' }, [
          product,
          layer.constant('bias', bias.shape, bias.data),
        ]);
  const id = activationOf(config).apply(layer, 'activation', sum);
  return { id, shape: layer.shapeOf(id) };
}

/** The axis of each input that "axes" names, the batch being 0. */
function dotAxes({ config, inputs }: LayerContext): readonly number[] {
  const given = config.numbers('axes') ?? [-1];
  const both = given.length === 1 ? [given[0], given[0]] : given;
  const axes = inputs.map(({ shape }, index) => positiveAxis(both[index], shape.length));
  if (both.length === 2 && !axes.includes(0)) return axes;
  throw inputError('layer-config', `"axes" is ${JSON.stringify(given)}, which are no axes of two samples.`);
}

const LETTERS = [...'abcdefghijklmnopqrstuvwxy'];

/** Each sample of one input with that of the other; `z` is what is summed over. */
export function importDot(layer: LayerContext): LayerValue {
  const { inputs, config } = layer;
  if (inputs.length !== 2)
    throw inputError('layer-inputs', `it has ${counted(inputs.length, 'input')} instead of 2.`);
  const axes = dotAxes(layer);
  const [, ...letters] = LETTERS;
  const terms = inputs.map(({ shape }, index) =>
    shape.map((_, axis) => {
      if (axis === 0) return 'a';
      return axis === axes[index] ? 'z' : (letters.shift() as string);
    }),
  );
  const kept = terms.flatMap((term) => term.filter((letter) => letter !== 'a' && letter !== 'z'));
  const factors = inputs.map((value, index) => {
    if (!config.boolean('normalize', false)) return value;
    const inner = layer.within(`unit_${index}`);
    return alongLast(inner, value, [axes[index]], (part, id) =>
      inner.add('l2_normalization', part, {}, [id]),
    );
  });
  const equation = `${terms.map((term) => term.join('')).join()}->${['a', ...kept].join('')}`;
  const product = einsum(
    layer,
    equation,
    factors.map((value) => valueFactor(layer, value)),
  );
  const shape = layer.shapeOf(product);
  // Keras leaves an axis behind the batch.
  const id = kept.length === 0 ? layer.reshape('column', product, [...shape, 1]) : product;
  return { id, shape: layer.shapeOf(id) };
}
