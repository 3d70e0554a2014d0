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

/** Of the largest array, what the samples that go through steps together take: several such fit into a core's second cache. */
const CACHED_BYTES = 128 * 1024;
/** Products compute as many rows at a time. */
const LEAST_SAMPLES = 4;

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
  /** Of the largest slot, elements of one sample. */
  #largest = 1;
  /** Gradients that no step reads any more, by the elements of a sample. */
  readonly #free = new Map<number, Address[]>();

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
    this.#largest = Math.max(this.#largest, size);
    const address = this.reserve(this.rows * size);
    return learns ? { shape, size, address, gradient: this.reserveGradient(size) } : { shape, size, address };
  }

  /** Room for a gradient with `size` elements for each sample: what `releaseGradient` gave back, if there is such. */
  reserveGradient(size: number): Address {
    return this.#free.get(size)?.pop() ?? this.reserve(this.rows * size);
  }

  /**
   * Lets slots that are planned from now on have their gradients there: on the way back they are done with it before this one is
   * written. Only of the same size, so that a sample lies where it lay: samples do not wait for each other.
   */
  releaseGradient(size: number, address: Address): void {
    const others = this.#free.get(size);
    if (others === undefined) this.#free.set(size, [address]);
    else others.push(address);
  }

  get samplesAtOnce(): number {
    const fitting = Math.floor(CACHED_BYTES / (this.#largest * FLOAT_BYTES));
    return Math.max(LEAST_SAMPLES, fitting - (fitting % LEAST_SAMPLES));
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
