/** The gradient of a convolution's kernel, column by column, of those elements of its output's gradient that are not zero. */

import { panel } from '../gemm';
import { Geometry } from '../geometry';
import { clearLists, end0, end1, end2, end3, LIST_BYTES, listColumns, lists, PAIR, ROOM } from './nonzeros';
import { turn } from '../turn';

// sums[…] += the elements of a list times what lies at their offsets.

function add24(list: usize, end: usize, from: usize, sums: usize): void {
  let s0 = v128.load(sums), s1 = v128.load(sums, 16), s2 = v128.load(sums, 32);
  let s3 = v128.load(sums, 48), s4 = v128.load(sums, 64), s5 = v128.load(sums, 80);
  for (; list != end; list += PAIR) {
    const at = from + <usize>load<u32>(list);
    const x = v128.load32_splat(list, 4);
    s0 = f32x4.add(s0, f32x4.mul(x, v128.load(at)));
    s1 = f32x4.add(s1, f32x4.mul(x, v128.load(at, 16)));
    s2 = f32x4.add(s2, f32x4.mul(x, v128.load(at, 32)));
    s3 = f32x4.add(s3, f32x4.mul(x, v128.load(at, 48)));
    s4 = f32x4.add(s4, f32x4.mul(x, v128.load(at, 64)));
    s5 = f32x4.add(s5, f32x4.mul(x, v128.load(at, 80)));
  }
  v128.store(sums, s0); v128.store(sums, s1, 16); v128.store(sums, s2, 32);
  v128.store(sums, s3, 48); v128.store(sums, s4, 64); v128.store(sums, s5, 80);
}

function add8(list: usize, end: usize, from: usize, sums: usize): void {
  let s0 = v128.load(sums), s1 = v128.load(sums, 16);
  for (; list != end; list += PAIR) {
    const at = from + <usize>load<u32>(list);
    const x = v128.load32_splat(list, 4);
    s0 = f32x4.add(s0, f32x4.mul(x, v128.load(at)));
    s1 = f32x4.add(s1, f32x4.mul(x, v128.load(at, 16)));
  }
  v128.store(sums, s0); v128.store(sums, s1, 16);
}

function add4(list: usize, end: usize, from: usize, sums: usize): void {
  let sum = v128.load(sums);
  for (; list != end; list += PAIR) {
    sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(list, 4), v128.load(from + <usize>load<u32>(list))));
  }
  v128.store(sums, sum);
}

/** Rows that are summed together, and the bytes of them in a column. */
const ROWS: i32 = 24;
@inline
const COLUMN_BYTES: usize = 96;

/** Back from columns in the panel to rows, at most four of each. */
function restOfColumns(columns: i32, from: usize, to: usize, rowBytes: usize, rows: i32): void {
  for (let r = 0; r < rows; r++, from += 4, to += rowBytes) {
    for (let c = 0; c < columns; c++) store<f32>(to + (<usize>c << 2), load<f32>(from + <usize>c * COLUMN_BYTES));
  }
}

function addColumn(list: usize, end: usize, from: usize, sums: usize, bytes: usize): void {
  if (bytes > 48) {
    add24(list, end, from, sums);
    return;
  }
  let r: usize = 0;
  for (; r + 16 < bytes; r += 32) add8(list, end, from + r, sums + r);
  if (r < bytes) add4(list, end, from + r, sums + r);
}

/** to[rows, columns] += the products of the lists of at most four columns; rows of `to` lie `rowBytes` apart. */
function addColumns(columns: i32, from: usize, to: usize, rowBytes: usize, rows: i32): void {
  for (; rows > 0; rows -= ROWS, from += COLUMN_BYTES, to += ROWS * rowBytes) {
    const some = min(rows, ROWS);
    const bytes = <usize>some << 2;
    // Sums behind the last row or column are of what lies there, and go nowhere.
    for (let r: usize = 0; r < bytes; r += 16) turn(to + r * rowBytes / 4, rowBytes, panel + r, COLUMN_BYTES);
    addColumn(lists(), end0, from, panel, bytes);
    if (columns > 1) addColumn(lists() + LIST_BYTES, end1, from, panel + COLUMN_BYTES, bytes);
    if (columns > 2) addColumn(lists() + 2 * LIST_BYTES, end2, from, panel + 2 * COLUMN_BYTES, bytes);
    if (columns > 3) addColumn(lists() + 3 * LIST_BYTES, end3, from, panel + 3 * COLUMN_BYTES, bytes);
    let r = 0;
    let row = to;
    if (columns == 4) for (; r + 4 <= some; r += 4, row += 4 * rowBytes) turn(panel + (<usize>r << 2), COLUMN_BYTES, row, rowBytes);
    restOfColumns(columns, panel + (<usize>r << 2), row, rowBytes, some - r);
  }
}

/** Lists four columns of outputs `first` up to `end`. */
@inline
function listOutputs(g: Geometry, columns: usize, rowBytes: usize, first: i32, end: i32): void {
  const outputWidth = g.outputWidth;
  const pixelBytes = (g.strideWidth * g.channels) << 2;
  const lineBytes = (g.strideHeight * g.width * g.channels) << 2;
  clearLists();
  while (first < end) {
    const ox = first % outputWidth;
    const count = min(outputWidth - ox, end - first);
    listColumns(columns + <usize>first * rowBytes, rowBytes, count, first / outputWidth * lineBytes + ox * pixelBytes, pixelBytes);
    first += count;
  }
}

/** As `convolveBackwardKernel`. */
export function addSparseKernel(g: Geometry, image: usize, dOutput: usize, n: i32, dKernel: usize, from: i32, to: i32): void {
  const piece = g.kernelWidth * g.channels;
  const lineStep = <usize>(g.dilationHeight * g.width * g.channels) << 2;
  const rowBytes = <usize>n << 2;
  const outputs = g.outputHeight * g.outputWidth;
  for (let first = 0; first < outputs; first += ROOM) {
    for (let j = 0; j < n; j += 4) {
      listOutputs(g, dOutput + (<usize>j << 2), rowBytes, first, min(first + ROOM, outputs));
      for (let row = from; row < to; ) {
        const offset = row % piece;
        const rows = min(piece - offset, to - row);
        const line = image + <usize>(row / piece) * lineStep + (<usize>offset << 2);
        addColumns(min(n - j, 4), line, dKernel + (<usize>(row * n + j) << 2), rowBytes, rows);
        row += rows;
      }
    }
  }
}
