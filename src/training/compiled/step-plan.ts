/**
 * One training step, planned once: where every array lies, and what runs forward and backward. Running it allocates
 * nothing. Arrays of activations have room for `rows` samples, one after another.
 */

import { alignUp } from '../../core/alignment.ts';
import type { Random } from '../../core/random.ts';
import { elementCount, type Shape } from '../../core/tensor.ts';
import { type Address, GEOMETRY_FIELDS, type Geometry } from '../../kernels/training/kernels.ts';
import { Course } from './course.ts';

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
  readonly forward = new Course('forward');
  /** In the order of the layers; it runs from the last to the first. */
  readonly backward = new Course('backward');
  /** Fills what the kernels read as settings, once, before the first step. */
  readonly initialize: ((floats: Float32Array) => void)[] = [];
  /** What lasts from one epoch to the next beside what `keep` reserves. */
  readonly streams: Random[] = [];
  readonly kept: Area[] = [];
  readonly rows: number;
  #bytes = 0;
  #scratchBytes = 0;

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

  /** Bytes of scratch memory that each thread needs beside them. */
  get scratchBytes(): number {
    return this.#scratchBytes;
  }

  /** Asks for `count` elements of scratch memory: what one part of a step leaves there the next may overwrite. */
  needScratch(count: number): void {
    this.#scratchBytes = Math.max(this.#scratchBytes, alignUp(count * FLOAT_BYTES));
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
