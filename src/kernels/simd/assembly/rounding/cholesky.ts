/** The Cholesky factor of a matrix of float64. Every element is summed row after row, as the plain loops do: the same bytes. */

/** Rows that are taken from those below them together. */
const BLOCK: i32 = 16;
/** Rows and columns that stay in registers. */
const TILE: i32 = 4;

/** Rows `first` to `end` of R, of what earlier blocks left there; false where there is none. Writes left of the diagonal, too. */
function factorRows(matrix: usize, width: i32, first: i32, end: i32): bool {
  const rowBytes = <usize>width << 3;
  for (let k = first; k < end; k++) {
    const row = matrix + <usize>k * rowBytes;
    const rowEnd = row + rowBytes;
    const from = <usize>(k & ~1) << 3;
    const diagonal = load<f64>(row + (<usize>k << 3));
    if (!(diagonal > 0)) return false;
    const root = f64x2.splat(sqrt(diagonal));
    for (let at = row + from; at < rowEnd; at += 16) v128.store(at, f64x2.div(v128.load(at), root));
    for (let i = k + 1; i < end; i++) {
      const factor = v128.load64_splat(row + (<usize>i << 3));
      let into = matrix + <usize>i * rowBytes + from;
      for (let at = row + from; at < rowEnd; at += 16, into += 16) {
        v128.store(into, f64x2.sub(v128.load(into), f64x2.mul(factor, v128.load(at))));
      }
    }
  }
  return true;
}

/** Rows `first` to `first` + `BLOCK` from column `start` on, as [tiles of columns, BLOCK, TILE]. */
function packRows(matrix: usize, width: i32, first: i32, start: i32, to: usize): void {
  const rowBytes = <usize>width << 3;
  for (let column = start; column < width; column += TILE) {
    let from = matrix + <usize>first * rowBytes + (<usize>column << 3);
    for (let k = 0; k < BLOCK; k++, from += rowBytes, to += 8 * TILE) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
    }
  }
}

@inline
function less(sum: v128, factor: v128, value: v128): v128 {
  return f64x2.sub(sum, f64x2.mul(factor, value));
}

/** A tile less the products of the tiles of packed rows above its rows, `a`, and above its columns, `b`. */
@inline
function subtractTile(a: usize, b: usize, into: usize, rowBytes: usize): void {
  const into1 = into + rowBytes;
  const into2 = into1 + rowBytes;
  const into3 = into2 + rowBytes;
  let s00 = v128.load(into), s01 = v128.load(into, 16);
  let s10 = v128.load(into1), s11 = v128.load(into1, 16);
  let s20 = v128.load(into2), s21 = v128.load(into2, 16);
  let s30 = v128.load(into3), s31 = v128.load(into3, 16);
  for (const end = b + 8 * TILE * BLOCK; b < end; a += 8 * TILE, b += 8 * TILE) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const a0 = v128.load64_splat(a);
    s00 = less(s00, a0, b0);
    s01 = less(s01, a0, b1);
    const a1 = v128.load64_splat(a, 8);
    s10 = less(s10, a1, b0);
    s11 = less(s11, a1, b1);
    const a2 = v128.load64_splat(a, 16);
    s20 = less(s20, a2, b0);
    s21 = less(s21, a2, b1);
    const a3 = v128.load64_splat(a, 24);
    s30 = less(s30, a3, b0);
    s31 = less(s31, a3, b1);
  }
  v128.store(into, s00); v128.store(into, s01, 16);
  v128.store(into1, s10); v128.store(into1, s11, 16);
  v128.store(into2, s20); v128.store(into2, s21, 16);
  v128.store(into3, s30); v128.store(into3, s31, 16);
}

/**
 * R in place of the upper triangle of `matrix` = Rᵀ · R, [width, width] float64 of which `size` rows and columns count: `width` is
 * the multiple of 4 from there. What is below the diagonal is lost. `packed` has room for 16 · width. False where the matrix
 * is not positive definite.
 */
export function cholesky(matrix: usize, size: i32, width: i32, packed: usize): bool {
  const rowBytes = <usize>width << 3;
  const tileBytes: usize = 8 * TILE * BLOCK;
  for (let first = 0; first < size; first += BLOCK) {
    const end = min(first + BLOCK, size);
    if (!factorRows(matrix, width, first, end)) return false;
    if (end == size) return true;
    packRows(matrix, width, first, end, packed);
    let a = packed;
    for (let i = end; i < width; i += TILE, a += tileBytes) {
      let into = matrix + <usize>i * rowBytes + (<usize>i << 3);
      const rowEnd = matrix + <usize>(i + 1) * rowBytes;
      for (let b = a; into < rowEnd; b += tileBytes, into += 8 * TILE) subtractTile(a, b, into, rowBytes);
    }
  }
  return true;
}
