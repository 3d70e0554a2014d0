/**
 * Lines of memory that are fetched before they are needed: a loop that takes four columns of every row waits for each line by
 * itself. WebAssembly has no instruction for it, but a load whose value nobody reads stays a load, since it might trap.
 */

/** Bytes of a line of the cache. */
export const CACHE_LINE: usize = 64;

@inline
function touch(from: usize, bytes: usize): void {
  for (const end = from + bytes; from < end; from += CACHE_LINE) load<i32>(from);
}

/** The first `bytes` of rows that lie `stride` bytes apart. */
export function touchRows(from: usize, stride: usize, rows: i32, bytes: usize): void {
  if (bytes == stride) {
    touch(from, <usize>rows * stride);
    return;
  }
  for (let r = 0; r < rows; r++, from += stride) touch(from, bytes);
}
