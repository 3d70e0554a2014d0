/**
 * The arena while a model is allocated: the head at its low end, temporary memory behind it, the persistent tail at its
 * high end (single_arena_buffer_allocator.cc, 90b983c2). It is as large as it has to be, and tells how large that was.
 */

import { ALIGNMENT, alignUp } from '../core/alignment.ts';
import type { TailShare } from './arena-plan.ts';
import type { StructLayout } from './build-profile.ts';

export class Arena {
  #head = 0;
  #temporary = 0;
  /** Of the temporary memory, what TFLM still needs: data that is kept may overwrite the rest. */
  #needed = 0;
  #tail = 0;
  #peak = 0;
  #accepted = 0;
  readonly #shares = new Map<string, number>();

  /** Bytes at the high end so far. */
  get tailBytes(): number {
    return this.#tail;
  }

  /** The least arena, a multiple of 16, in which nothing so far would have overlapped. */
  get peakBytes(): number {
    return alignUp(this.#peak);
  }

  /** The least arena, a multiple of 16, in which nothing overlapped that TFLM looks at again. */
  get acceptedBytes(): number {
    return alignUp(this.#accepted);
  }

  /** Shares of the tail in the order of their first byte, padding included. */
  get shares(): TailShare[] {
    return [...this.#shares].map(([what, bytes]) => ({ what, bytes }));
  }

  #note(): void {
    this.#peak = Math.max(this.#peak, this.#temporary + this.#tail);
    this.#accepted = Math.max(this.#accepted, this.#needed + this.#tail);
  }

  /** `count` structures in a row at the high end. */
  keep(what: string, { bytes, align }: StructLayout, count = 1): void {
    const before = this.#tail;
    this.#tail = alignUp(before + bytes * count, align);
    const share = this.#tail - before;
    if (share > 0) this.#shares.set(what, (this.#shares.get(what) ?? 0) + share);
    this.#note();
  }

  /** Memory that a kernel or the model asks for. */
  keepBuffer(what: string, bytes: number): void {
    this.keep(what, { bytes, align: ALIGNMENT });
  }

  /** Memory until `setHead`. */
  take({ bytes, align }: StructLayout, count = 1): void {
    this.#temporary = alignUp(this.#temporary, align) + bytes * count;
    this.#needed = this.#temporary;
    this.#note();
  }

  /** No temporary memory is looked at again. */
  releaseAll(): void {
    this.#needed = this.#head;
  }

  /** Of the temporary memory the last bytes are not looked at again. */
  release(bytes: number): void {
    this.#needed = this.#temporary - bytes;
  }

  /** Room between temporary memory and tail, which starts and ends aligned. */
  takeAligned(bytes: number): void {
    const room = alignUp(bytes);
    const used = alignUp(this.#temporary) + alignUp(this.#tail);
    this.#peak = Math.max(this.#peak, used + room);
    this.#accepted = Math.max(this.#accepted, used + room);
  }

  /** Frees all temporary memory and makes the head this large. */
  setHead(bytes: number): void {
    this.#head = bytes;
    this.#temporary = this.#head;
    this.#needed = this.#head;
    this.#note();
  }
}
