/** Sums over rows of the products of their elements with each other: exact, whatever the order. */

import { simdExports } from './simd-instance.ts';
import type { Address } from './simd-plan.ts';

interface RowKernels {
  addRowProducts(rows: Address, panels: number, pairs: number, products: Address): void;
}

/** Rows that are multiplied together, so that eight columns of them stay close to the processor. */
const ROWS = 128;
const PANEL = 8;
const PAGE_BYTES = 65536;
/** Of nine bits each, so many products fit into an int32. */
const MOST_ROWS = 32768;

/** What a row is made of: a byte less another one. */
export const LARGEST_ELEMENT = 255;

export interface RowProducts {
  /** A row of `size` integers, up to `LARGEST_ELEMENT` on either side of 0. */
  add(row: Float64Array): void;
  /** `[size, size]`, of which the upper triangle is filled: Σ row[i] · row[j]. */
  upper(): Float64Array;
}

interface Memory {
  readonly rows: Int16Array;
  readonly products: Int32Array;
  multiply(): void;
}

/** Undefined without SIMD, or where there is not as much memory. */
function createMemory(panels: number): Memory | undefined {
  const width = panels * PANEL;
  const productsAt = 2 * ROWS * width;
  const pages = Math.ceil((productsAt + 4 * width * width) / PAGE_BYTES);
  try {
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const kernels = simdExports(memory) as RowKernels | undefined;
    return (
      kernels && {
        rows: new Int16Array(memory.buffer, 0, ROWS * width),
        products: new Int32Array(memory.buffer, productsAt, width * width),
        multiply: () => kernels.addRowProducts(0, panels, ROWS / 2, productsAt),
      }
    );
  } catch {
    return undefined;
  }
}

/** Undefined where there is no SIMD. */
export function createRowProducts(size: number): RowProducts | undefined {
  const panels = Math.ceil(size / PANEL);
  const memory = createMemory(panels);
  if (memory === undefined) return undefined;
  const { rows, products, multiply } = memory;
  const width = panels * PANEL;
  const sums = new Float64Array(size * size);
  let filled = 0;
  let multiplied = 0;
  const empty = (): void => {
    for (let i = 0; i < size; i++) {
      for (let j = i; j < size; j++) sums[i * size + j] += products[i * width + j];
    }
    products.fill(0);
    multiplied = 0;
  };
  const multiplyRows = (): void => {
    multiply();
    multiplied += ROWS;
    filled = 0;
    if (multiplied === MOST_ROWS) empty();
  };
  return {
    add(row) {
      // [panels, pairs of rows, 8 columns, 2]
      const start = (filled >> 1) * 2 * PANEL + (filled & 1);
      for (let first = 0, to = start; first < size; first += PANEL, to += ROWS * PANEL) {
        const end = Math.min(PANEL, size - first);
        for (let column = 0; column < end; column++) rows[to + 2 * column] = row[first + column];
      }
      if (++filled === ROWS) multiplyRows();
    },
    upper() {
      if (filled > 0) {
        for (let panel = 0; panel < panels; panel++) {
          for (let row = filled; row < ROWS; row++) {
            const start = panel * ROWS * PANEL + (row >> 1) * 2 * PANEL + (row & 1);
            for (let column = 0; column < PANEL; column++) rows[start + 2 * column] = 0;
          }
        }
        multiplyRows();
      }
      empty();
      return sums;
    },
  };
}
