/** Zeros, and rows and runs of elements from one place to another. */

/** From so many bytes on it costs less to ask the machine. */
const LARGE: usize = 1024;

export function clear(to: usize, count: i32): void {
  const bytes = <usize>count << 2;
  if (bytes >= LARGE) {
    memory.fill(to, 0, bytes);
    return;
  }
  const end = to + bytes;
  const zeros = f32x4.splat(0);
  for (const whole = to + (bytes & ~15); to != whole; to += 16) v128.store(to, zeros);
  for (; to != end; to += 4) store<f32>(to, 0);
}

@inline
function copyRow(from: usize, to: usize, bytes: usize): void {
  const end = from + bytes;
  for (const whole = from + (bytes & ~15); from != whole; from += 16, to += 16) v128.store(to, v128.load(from));
  for (; from != end; from += 4, to += 4) store<f32>(to, load<f32>(from));
}

export function copyRows(from: usize, fromStride: usize, to: usize, toStride: usize, rows: i32, n: i32): void {
  const bytes = <usize>n << 2;
  fromStride <<= 2;
  toStride <<= 2;
  for (let row = 0; row < rows; row++, from += fromStride, to += toStride) {
    if (bytes >= LARGE) memory.copy(to, from, bytes);
    else copyRow(from, to, bytes);
  }
}

@inline
function copyRun(from: usize, to: usize, bytes: usize): void {
  for (const whole = from + (bytes & ~15); from != whole; from += 16, to += 16) v128.store(to, v128.load(from));
  if (bytes & 8) {
    store<u64>(to, load<u64>(from));
    from += 8;
    to += 8;
  }
  if (bytes & 4) {
    store<u32>(to, load<u32>(from));
    from += 4;
    to += 4;
  }
  if (bytes & 2) {
    store<u16>(to, load<u16>(from));
    from += 2;
    to += 2;
  }
  if (bytes & 1) store<u8>(to, load<u8>(from));
}

@inline
function fillRun(byte: i32, to: usize, bytes: usize): void {
  const end = to + bytes;
  const filled = i8x16.splat(<i8>byte);
  for (const whole = to + (bytes & ~15); to != whole; to += 16) v128.store(to, filled);
  for (; to != end; to++) store<u8>(to, byte);
}

/** `runs` are [count, 3] of int32: where in `from`, or −1 for bytes that are `padding`; where in `to`, and how many bytes. */
export function moveRuns(runs: usize, count: i32, padding: i32, from: usize, to: usize): void {
  for (const end = runs + <usize>count * 12; runs != end; runs += 12) {
    const bytes = <usize>load<u32>(runs, 8);
    const offset = load<i32>(runs);
    const source = from + <usize>offset, target = to + <usize>load<u32>(runs, 4);
    if (offset < 0) fillRun(padding, target, bytes);
    else if (bytes >= LARGE) memory.copy(target, source, bytes);
    else copyRun(source, target, bytes);
  }
}

/** int32 fields, in the order of ../weighted/transpose_conv.ts. */
@unmanaged
class PixelPlaces {
  batches: i32;
  rows: i32;
  columns: i32;
  pixelBytes: i32;
  /** Where the first pixel goes, and how far the next batch, row and pixel are from the one before. */
  start: i32;
  batchStep: i32;
  rowStep: i32;
  columnStep: i32;
}

/** Pixels that lie one after another to places with others between them. */
export function movePixels(places: usize, from: usize, to: usize): void {
  const s = changetype<PixelPlaces>(places);
  const bytes = <usize>s.pixelBytes;
  to += s.start;
  for (let batch = 0; batch < s.batches; batch++, to += s.batchStep) {
    let row = to;
    for (let y = 0; y < s.rows; y++, row += s.rowStep) {
      let pixel = row;
      for (let x = 0; x < s.columns; x++, pixel += s.columnStep, from += bytes) copyRun(from, pixel, bytes);
    }
  }
}
