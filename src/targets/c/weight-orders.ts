/** Orders in which the functions of `definitions/products/` read weights, and weights in those orders. */

/** Rows of weights, one for each channel of the output. */
export interface WeightShape {
  readonly rows: number;
  readonly length: number;
}

/** Weights that are read at once, by their indices; zero where one is undefined. */
type Group = readonly (number | undefined)[];

/** All weights, a group after the other. */
export type WeightOrder = (shape: WeightShape) => Iterable<Group>;

/** Of so many rows together, so many columns of each in turn; the columns and rows that are left over one by one. */
const TOGETHER = 4;

/** So many indices from `first` on; those from `end` on are undefined. */
function run(first: number, count: number, end = Number.POSITIVE_INFINITY): Group {
  return Array.from({ length: count }, (_, at) => (first + at < end ? first + at : undefined));
}

/** For `multiply_rows`. */
export function* rowsByFours({ rows, length }: WeightShape): Generator<Group> {
  const wholeRows = rows - (rows % TOGETHER);
  const wholeColumns = length - (length % TOGETHER);
  for (let block = 0; block < wholeRows; block += TOGETHER) {
    const first = (row: number): number => (block + row) * length;
    for (let column = 0; column < wholeColumns; column += TOGETHER) {
      for (const row of [0, 2]) {
        yield [...run(first(row) + column, TOGETHER), ...run(first(row + 1) + column, TOGETHER)];
      }
    }
    for (let column = wholeColumns; column < length; column++) {
      yield Array.from({ length: TOGETHER }, (_, row) => first(row) + column);
    }
  }
  for (let row = wholeRows; row < rows; row++) {
    for (let column = 0; column < wholeColumns; column += TOGETHER) {
      yield run(row * length + column, TOGETHER);
    }
    if (wholeColumns < length) yield run(row * length + wholeColumns, length - wholeColumns);
  }
}

/** The length of rows that patches are multiplied by: a multiple of four, eight at least. */
export function patchLength(length: number): number {
  return Math.max(2 * TOGETHER, Math.ceil(length / TOGETHER) * TOGETHER);
}

/** For `multiply_two`: two rows in turn, four columns of each, filled with zeros; a last row alone. */
export function* rowsByPairs({ rows, length }: WeightShape): Generator<Group> {
  const filled = patchLength(length);
  for (let first = 0; first < rows; first += 2) {
    const pair = first + 1 < rows ? [first, first + 1] : [first];
    for (let start = 0; start < filled; start += TOGETHER) {
      yield pair.flatMap((row) => run(row * length + start, TOGETHER, (row + 1) * length));
    }
  }
}

/** For `multiply_four`: rows filled with zeros, of an odd number of fours the first alone. */
export function* filledRows({ rows, length }: WeightShape): Generator<Group> {
  const filled = patchLength(length);
  const alone = filled % (2 * TOGETHER);
  for (let row = 0; row < rows; row++) {
    const [first, end] = [row * length, (row + 1) * length];
    if (alone > 0) yield run(first, alone, end);
    for (let start = alone; start < filled; start += 2 * TOGETHER)
      yield run(first + start, 2 * TOGETHER, end);
  }
}

/** So that any of them can be read alone. */
function* inTwos(indices: readonly number[]): Generator<Group> {
  for (let first = 0; first < indices.length; first += 2) yield indices.slice(first, first + 2);
}

/** For `convolve_3x3`: windows column by column. */
export function windowsByColumns({ rows, length }: WeightShape): Iterable<Group> {
  const size = 3;
  const indices = Array.from({ length: rows * length }, (_, at) => {
    const tap = at % (size * size);
    return at - tap + (tap % size) * size + Math.floor(tap / size);
  });
  return inTwos(indices);
}

/** For `convolve_planes`: as they are. */
export function asTheyAre({ rows, length }: WeightShape): Iterable<Group> {
  return inTwos(Array.from({ length: rows * length }, (_, at) => at));
}

/** Weights of 8 bits, one after another. */
export function packBytes(weights: ArrayLike<number>, groups: Iterable<Group>): Int8Array {
  const bytes: number[] = [];
  for (const group of groups) {
    for (const index of group) bytes.push(index === undefined ? 0 : weights[index]);
  }
  return Int8Array.from(bytes);
}

const HIGH_HALF = 16;
const LOW_BITS = 15;

/** Weights of 4 bits, two in a byte: those of a group in as few bytes as hold them, the first of them in the high halves. */
export function packNibbles(weights: ArrayLike<number>, groups: Iterable<Group>): Int8Array {
  const bytes = [...groups].flatMap((group) => {
    const weight = (at: number): number => {
      const index = group[at];
      return index === undefined ? 0 : weights[index];
    };
    const half = Math.ceil(group.length / 2);
    return Array.from({ length: half }, (_, at) => weight(at) * HIGH_HALF + (weight(half + at) & LOW_BITS));
  });
  return Int8Array.from(bytes);
}
