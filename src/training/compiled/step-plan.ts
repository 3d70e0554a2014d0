/**
 * One training step, planned once: where every array lies, and what runs forward and backward. Running it allocates
 * nothing. Arrays of activations have room for `rows` samples, one after another.
 */

import { alignUp } from '../../core/alignment.ts';
import type { Random } from '../../core/random.ts';
import { elementCount, type Shape } from '../../core/tensor.ts';
import {
  type Address,
  GEOMETRY_FIELDS,
  type Geometry,
  type TrainingKernels,
} from '../../kernels/training/kernels.ts';

/** What a step of the plan is given each time it runs. */
export interface Run {
  readonly kernels: TrainingKernels;
  /** The memory as float32; index = address / 4. */
  readonly floats: Float32Array;
  /** Samples in this batch, at most those of the plan. */
  rows: number;
  /** Dropout and batch normalization behave otherwise when they do not train. */
  training: boolean;
  /** Updates so far, this one included. */
  steps: number;
}

export type Step = (run: Run) => void;

/** An array of activations, [rows, ...shape], and its gradient. */
export interface Slot {
  readonly shape: Shape;
  /** Elements of one sample. */
  readonly size: number;
  readonly address: Address;
  /** Absent where nothing in front of it learns. */
  readonly gradient?: Address;
}

/** An array of weights; only those that are learned have a gradient. */
export interface Weight {
  readonly shape: Shape;
  readonly size: number;
  readonly address: Address;
  readonly gradient?: Address;
}

/** An array of float32. */
export interface Area {
  readonly address: Address;
  readonly count: number;
}

const FLOAT_BYTES = 4;

export class StepPlan {
  readonly forward: Step[] = [];
  /** In the order of the layers; they run from the last to the first. */
  readonly backward: Step[] = [];
  /** Fills what the kernels read as settings, once, before the first step. */
  readonly initialize: ((floats: Float32Array) => void)[] = [];
  /** What lasts from one epoch to the next beside what `keep` reserves. */
  readonly streams: Random[] = [];
  readonly kept: Area[] = [];
  readonly rows: number;
  #bytes = 0;

  constructor(rows: number) {
    this.rows = rows;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Room for `count` elements, 16-byte aligned. */
  reserve(count: number): Address {
    const address = this.#bytes;
    this.#bytes += alignUp(count * FLOAT_BYTES);
    return address;
  }

  /** Like `reserve`, for what one epoch leaves to the next. */
  keep(count: number): Address {
    const address = this.reserve(count);
    this.kept.push({ address, count });
    return address;
  }

  slot(shape: Shape, learns: boolean): Slot {
    const size = elementCount(shape);
    const address = this.reserve(this.rows * size);
    return learns
      ? { shape, size, address, gradient: this.reserve(this.rows * size) }
      : { shape, size, address };
  }

  geometry(geometry: Geometry): Address {
    const address = this.reserve(GEOMETRY_FIELDS.length);
    this.initialize.push((floats) => {
      new Int32Array(floats.buffer).set(
        GEOMETRY_FIELDS.map((field) => geometry[field]),
        address / FLOAT_BYTES,
      );
    });
    return address;
  }
}

/** `length` elements from an address on. */
export function view({ floats }: Run, address: Address, length: number): Float32Array {
  return floats.subarray(address / FLOAT_BYTES, address / FLOAT_BYTES + length);
}

export function zero({ floats }: Run, address: Address, length: number): void {
  floats.fill(0, address / FLOAT_BYTES, address / FLOAT_BYTES + length);
}
