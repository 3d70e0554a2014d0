/**
 * What is done to a sample before the model sees it, as data: fitted on the training split, written beside the model, and
 * done again on the chip. Every transform is float32 arithmetic in the order that its type states, so all of them give the
 * same bits. A channel is a place on the last axis.
 */

import { elementCount, type Shape } from '../tensor.ts';
import type { CosineTransform } from './cosine-transform.ts';
import type { Filter } from './filter.ts';
import { type FixedSpectrum, fixedSpectrumShape } from './fixed-spectrum.ts';
import { type Spectrum, spectrumShape } from './spectrum.ts';
import { type Statistics, statisticsShape } from './statistics.ts';

/** x' = (x − offset[channel]) · scale[channel]: one subtraction, one multiplication. */
export interface Affine {
  readonly offset: readonly number[];
  readonly scale: readonly number[];
}

/** What is below low[channel] becomes it, what is above high[channel] becomes that; no number stays none. */
export interface Clip {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** What is missing (no number) becomes value[channel]. */
export interface Fill {
  readonly value: readonly number[];
}

export const LEVEL_MEASURES = ['rms', 'peak'] as const;

/**
 * x' = x · gain with gain = level / max(measured, floor), over all values of a sample. `rms`: √(sum / count), the squares
 * added one after another, each rounded; `peak`: the largest magnitude. A sample below the floor stays quiet.
 */
export interface Level {
  readonly measure: (typeof LEVEL_MEASURES)[number];
  readonly level: number;
  readonly floor: number;
}

/** A column of categories: a value is a place in `texts`. */
export interface OneHotColumn {
  readonly column: number;
  readonly texts: readonly string[];
  /** For every text its place among the columns that it becomes, or −1 for one that training never saw: all are 0 then. */
  readonly places: readonly number[];
}

/** Each of the columns becomes as many as it has places, where it stood; the others stay. In ascending order. */
export interface OneHot {
  readonly columns: readonly OneHotColumn[];
}

/** The first axis in groups of `factor` rows, each the sum of its rows in order, divided by the factor; the rest is cut. */
export interface Decimate {
  readonly factor: number;
}

/** x' = x − coefficient · the value of the row before; before the first row there was 0. */
export interface PreEmphasis {
  readonly coefficient: number;
}

/** x' = scale · ln(max(x + added, floor)); no number stays none. */
export interface Logarithm {
  readonly scale: number;
  readonly added: number;
  readonly floor: number;
}

/** The nearest multiple of 1 / levels, ties to the even one, for |x| · levels below 2^22. */
export interface Round {
  readonly levels: number;
}

/** Added to a number below 2^22 it leaves no room for digits behind the point. */
export const NO_FRACTION = 1.5 * 2 ** 23;

/**
 * Each channel of a sample less its mean over the rows; with `divide` by its deviation √(sum of squares / count) + `added`
 * afterwards. With a `window`, an odd number of rows, mean and deviation are those of the rows around, mirrored at the ends
 * (the last row follows itself). Sums are added row after row.
 */
export interface Normalize {
  readonly divide?: { readonly added: number } | undefined;
  readonly window?: number | undefined;
}

/** What lies more than `range` below the largest value of a sample is raised to there. */
export interface BelowPeak {
  readonly range: number;
}

/** `count` rows more at both ends: zeros, or the rows mirrored at the first and the last one, which stay single. */
export interface PadEnds {
  readonly count: number;
  readonly with: 'zero' | 'reflect';
}

export interface TransformParameters {
  readonly affine: Affine;
  readonly clip: Clip;
  readonly fill: Fill;
  readonly level: Level;
  readonly 'one-hot': OneHot;
  readonly decimate: Decimate;
  readonly spectrum: Spectrum;
  readonly 'fixed-spectrum': FixedSpectrum;
  readonly statistics: Statistics;
  readonly 'pre-emphasis': PreEmphasis;
  readonly filter: Filter;
  readonly logarithm: Logarithm;
  readonly dct: CosineTransform;
  readonly round: Round;
  readonly normalize: Normalize;
  readonly 'below-peak': BelowPeak;
  readonly 'pad-ends': PadEnds;
}

export type TransformName = keyof TransformParameters;

/** Transforms that need a sample as a whole. All others make rows of rows, one after another, as readings come. */
const WHOLE_TRANSFORMS = [
  'level',
  'normalize',
  'below-peak',
  'pad-ends',
] as const satisfies readonly TransformName[];
export type WholeTransformName = (typeof WHOLE_TRANSFORMS)[number];
export type RowTransformName = Exclude<TransformName, WholeTransformName>;

type Named<Names extends TransformName> = {
  [Name in Names]: {
    readonly step: Name;
    readonly parameters: TransformParameters[Name];
  };
}[Names];

/** One transform with its parameters; narrows by `step`. */
export type Transform = Named<TransformName>;
export type WholeTransform = Named<WholeTransformName>;
export type RowTransform = Named<RowTransformName>;

export function isByRows(transform: Transform): transform is RowTransform {
  return !WHOLE_TRANSFORMS.some((name) => name === transform.step);
}

/** Which rows of a sample an input sees: all, or the last one alone, for what does not change along a sample. */
export const INPUT_ROWS = ['all', 'last'] as const;

/** One of several inputs of a model, made of some of the readings of a sample. */
export interface PreparedInput {
  readonly name: string;
  /** Places among the readings of a row; of an array the one where its values begin, which follow each other. */
  readonly columns: readonly number[];
  /** Of an array: that of what a row has of it, such as a picture; absent for columns of single readings. */
  readonly shape?: Shape | undefined;
  readonly rows: (typeof INPUT_ROWS)[number];
  /** In the order in which they are done. */
  readonly steps: readonly Transform[];
}

/** The content of `preparation.json`. */
export interface Preparation {
  readonly version: 1;
  /** Of one sample as it is measured. */
  readonly inputShape: Shape;
  /** In the order in which they are done. */
  readonly steps: readonly Transform[];
  /** Of a model with several inputs, which then have the steps: a prepared sample has the values of one after another. */
  readonly inputs?: readonly PreparedInput[];
}

/** What becomes of a sample for one input. */
export interface InputPreparation {
  /** Absent where there is one input. */
  readonly input?: PreparedInput;
  /** Its `inputShape` is that of what this input sees of a measured sample. */
  readonly preparation: Preparation;
}

/** What an input sees of a measured sample. */
function seenShape(
  inputShape: Shape,
  { columns, rows, shape: own = [columns.length] }: Pick<PreparedInput, 'columns' | 'rows' | 'shape'>,
): Shape {
  return rows === 'last' ? own : [...inputShape.slice(0, -1), ...own];
}

/** Of every input, in their order. */
export function inputPreparations(preparation: Preparation): readonly InputPreparation[] {
  const { version, inputs, inputShape: measured } = preparation;
  if (inputs === undefined) return [{ preparation }];
  return inputs.map((input) => {
    const inputShape = seenShape(measured, input);
    return { input, preparation: { version, inputShape, steps: input.steps } };
  });
}

/** Places of a category column; at least 1. */
export function placeCount({ places }: OneHotColumn): number {
  return Math.max(...places) + 1;
}

/** Shape of a sample that had `shape` before the transform. */
export function transformedShape(transform: Transform, shape: Shape): Shape {
  switch (transform.step) {
    case 'one-hot': {
      const more = transform.parameters.columns.reduce((sum, column) => sum + placeCount(column) - 1, 0);
      return [...shape.slice(0, -1), (shape.at(-1) ?? 1) + more];
    }
    case 'decimate':
      return [Math.floor(shape[0] / transform.parameters.factor), ...shape.slice(1)];
    case 'spectrum':
      return spectrumShape(transform.parameters, shape);
    case 'fixed-spectrum':
      return fixedSpectrumShape(transform.parameters, shape);
    case 'statistics':
      return statisticsShape(transform.parameters, shape);
    case 'dct':
      return [...shape.slice(0, -1), transform.parameters.scales.length];
    case 'pad-ends':
      return [shape[0] + 2 * transform.parameters.count, ...shape.slice(1)];
    default:
      return shape;
  }
}

/** What one row of the outcome is made of: `window` rows, of which the first is `hop` times the number of that row. */
export interface RowReach {
  readonly window: number;
  readonly hop: number;
}

const ROW_FOR_ROW: RowReach = { window: 1, hop: 1 };

export function rowReach(transform: RowTransform): RowReach {
  switch (transform.step) {
    case 'decimate':
      return {
        window: transform.parameters.factor,
        hop: transform.parameters.factor,
      };
    case 'spectrum':
    case 'fixed-spectrum':
    case 'statistics':
      return {
        window: transform.parameters.window,
        hop: transform.parameters.hop,
      };
    default:
      return ROW_FOR_ROW;
  }
}

/** A sample as rows: its first axis counts them; one of fewer than two axes is one row. */
export interface Rows {
  readonly count: number;
  /** Values of one row. */
  readonly width: number;
}

export function rowsOf(shape: Shape): Rows {
  const [count = 1, ...row] = shape.length < 2 ? [1, ...shape] : shape;
  return { count, width: elementCount(row) };
}

/** A sample as values of each channel, which lie `channels` apart: all axes but the last count as rows. */
export function channelRows(shape: Shape): { readonly rows: number; readonly channels: number } {
  const channels = shape.at(-1) ?? 1;
  return { rows: elementCount(shape) / channels, channels };
}

/** Shapes of a sample: as measured, and after each transform. */
export function preparationShapes({ inputShape, steps }: Preparation): readonly [Shape, ...Shape[]] {
  const shapes: [Shape, ...Shape[]] = [inputShape];
  for (const step of steps) shapes.push(transformedShape(step, shapes[shapes.length - 1]));
  return shapes;
}

/** Shape of a sample as the model sees it; of several inputs `[n]`, all their values. */
export function preparedShape(preparation: Preparation): Shape {
  if (preparation.inputs !== undefined) {
    const parts = inputPreparations(preparation).map((one) => preparedShape(one.preparation));
    return [parts.reduce((sum, shape) => sum + elementCount(shape), 0)];
  }
  const shapes = preparationShapes(preparation);
  return shapes[shapes.length - 1];
}

/** The inputs of a model with several as it sees them; undefined for a preparation of one. */
export function namedInputs(
  preparation: Preparation,
): readonly { readonly name: string; readonly shape: Shape }[] | undefined {
  return preparation.inputs?.map(({ name }, index) => ({
    name,
    shape: preparedShape(inputPreparations(preparation)[index].preparation),
  }));
}

/** The most values that a sample has between two transforms: what is needed to prepare it in place. */
export function preparationLength(preparation: Preparation): number {
  return Math.max(...preparationShapes(preparation).map(elementCount));
}
