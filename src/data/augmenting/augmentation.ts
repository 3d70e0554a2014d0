/** One way to change training samples so that a model does not learn them by heart; `augmenting/index.ts` has the table. */

import type * as z from 'zod';
import { usageError } from '../../core/errors.ts';
import type { Random } from '../../core/random.ts';
import { formatShape, type Shape } from '../../core/tensor.ts';

/** What samples look like once they are prepared. */
export interface SampleFormat {
  /** Of one input. */
  readonly shape: Shape;
  /** Values in one target. */
  readonly targetLength: number;
}

/** The samples of the training split, as the training engine hands them over. */
export interface Partners {
  readonly count: number;
  /** Copies a sample's input and target. */
  read(sample: number, x: Float32Array, y: Float32Array): void;
}

/**
 * Changes one sample and its target in place: `Augment` of a training engine. What it draws, it draws in an order of its own;
 * it allocates nothing.
 */
export type Change = (x: Float32Array, y: Float32Array, random: Random, partners: Partners) => void;

export interface Augmentation<Schema extends z.ZodType> {
  /** One line, for people. */
  readonly summary: string;
  /** With `type`, the name by which the project file calls it. */
  readonly options: Schema;
  /** Throws `bad-augmentation` (usage) where samples are none that it changes. */
  prepare(options: z.output<Schema>, format: SampleFormat): Change;
}

/** `[steps, channels]` of a sample whose first axis is time. */
export function stepsOf(type: string, shape: Shape): { readonly steps: number; readonly width: number } {
  if (shape.length >= 2) {
    return { steps: shape[0], width: shape.slice(1).reduce((product, length) => product * length, 1) };
  }
  throw usageError(
    'bad-augmentation',
    `The augmentation "${type}" needs samples with a first axis of time, and theirs is ${formatShape(shape)}.`,
    'Leave it out, or make windows of several rows.',
  );
}

export interface Picture {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

export function pictureOf(type: string, shape: Shape): Picture {
  if (shape.length === 3) return { height: shape[0], width: shape[1], channels: shape[2] };
  throw usageError(
    'bad-augmentation',
    `The augmentation "${type}" needs pictures [height, width, channels], and samples are ${formatShape(shape)}.`,
    'Leave it out.',
  );
}

/** Uniform in [low, high). */
export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random.uniform();
}

/** A whole number from −most to most, all equally likely. */
export function wholeWithin(random: Random, most: number): number {
  return random.below(2 * most + 1) - most;
}
