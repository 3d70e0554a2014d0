/** Einstein's summation by products of matrices, with transposes around them where axes do not stand in their order. */

import { inputError, unsupportedError } from '../../../core/errors.ts';
import { counted } from '../../../core/figure-text.ts';
import { elementCount, formatShape, type Shape, sameShape } from '../../../core/tensor.ts';
import type { NodeWriter } from '../node-writer.ts';
import { type Equation, parseEquation } from './equation.ts';

/** Something to multiply, whose axes can be put in another order; known ones are arranged before anything runs. */
export interface Factor<Tensor> {
  readonly shape: Shape;
  readonly isKnown: boolean;
  /** Axis k is axis `permutation[k]`; `shape` has as many elements. */
  arranged(part: string, permutation: readonly number[], shape: Shape): Tensor;
}

/** A factor that the graph computes. */
export function computedFactor<Tensor>(
  writer: NodeWriter<Tensor>,
  tensor: Tensor,
  isKnown = false,
): Factor<Tensor> {
  const shape = writer.shapeOf(tensor);
  return {
    shape,
    isKnown,
    arranged(part, permutation, newShape) {
      const moves = permutation.some((axis, index) => axis !== index);
      const moved = moves ? writer.add('transpose', `${part}/axes`, { permutation }, [tensor]) : tensor;
      return sameShape(writer.shapeOf(moved), newShape)
        ? moved
        : writer.add('reshape', part, { newShape }, [moved]);
    },
  };
}

interface Term<Tensor> {
  readonly letters: readonly string[];
  readonly factor: Factor<Tensor>;
}

/** What a letter of two factors is there for. */
interface Roles {
  readonly batch: readonly string[];
  readonly contracted: readonly string[];
  readonly rows: readonly string[];
  readonly columns: readonly string[];
}

/** Of BATCH_MATMUL beside the two axes of its matrices. */
const MOST_BATCH_AXES = 3;

/** MUL repeats elements along four axes at most, of which rows and columns are two. */
const MOST_SHARED_AXES = 2;

class Einsum<Tensor> {
  readonly #writer: NodeWriter<Tensor>;

  constructor(writer: NodeWriter<Tensor>) {
    this.#writer = writer;
  }

  lower({ factors, result }: Equation, operands: readonly Factor<Tensor>[]): Tensor {
    const [first, ...others] = factors.map((letters, index) => ({ letters, factor: operands[index] }));
    const last = others.reduce<Term<Tensor>>((product, term, index) => {
      const wanted = new Set([...result, ...others.slice(index + 1).flatMap(({ letters }) => letters)]);
      return this.#product(`product_${index + 1}`, product, term, wanted);
    }, first);
    const summed = this.#summed('sum', last, new Set(result));
    const sizes = result.map((letter) => sizeIn(summed, letter));
    return this.#arranged('', summed, result, sizes);
  }

  #arranged(
    part: string,
    { letters, factor }: Term<Tensor>,
    wanted: readonly string[],
    shape: Shape,
  ): Tensor {
    const permutation = wanted.map((letter) => letters.indexOf(letter));
    return factor.arranged(part, permutation, shape);
  }

  /** Without the axes of letters that nothing else has. */
  #summed(part: string, { letters, factor }: Term<Tensor>, wanted: ReadonlySet<string>): Term<Tensor> {
    const axes = letters.flatMap((letter, axis) => (wanted.has(letter) ? [] : [axis]));
    if (axes.length === 0) return { letters, factor };
    const whole = factor.arranged(part, [...letters.keys()], factor.shape);
    const sum = this.#writer.add('sum', part, { axes, keepDims: false }, [whole]);
    return {
      letters: letters.filter((letter) => wanted.has(letter)),
      factor: computedFactor(this.#writer, sum, factor.isKnown),
    };
  }

  #product(part: string, a: Term<Tensor>, b: Term<Tensor>, wanted: ReadonlySet<string>): Term<Tensor> {
    // Known weights stand on the right.
    const [one, other] = a.factor.isKnown && !b.factor.isKnown ? [b, a] : [a, b];
    const left = this.#summed(`${part}/left/sum`, one, new Set([...wanted, ...other.letters]));
    const right = this.#summed(`${part}/right/sum`, other, new Set([...wanted, ...one.letters]));
    const shared = left.letters.filter((letter) => right.letters.includes(letter));
    const roles: Roles = {
      batch: shared.filter((letter) => wanted.has(letter)),
      contracted: shared.filter((letter) => !wanted.has(letter)),
      rows: left.letters.filter((letter) => !right.letters.includes(letter)),
      columns: right.letters.filter((letter) => !left.letters.includes(letter)),
    };
    requireSizes(left, right, roles);
    const tensor = this.#multiplied(part, left, right, roles);
    const letters = [...roles.batch, ...roles.rows, ...roles.columns];
    const sizes = letters.map((letter) => Math.max(sizeIn(left, letter), sizeIn(right, letter)));
    const spread = sameShape(this.#writer.shapeOf(tensor), sizes)
      ? tensor
      : this.#writer.add('reshape', `${part}/spread`, { newShape: sizes }, [tensor]);
    return { letters, factor: computedFactor(this.#writer, spread, a.factor.isKnown && b.factor.isKnown) };
  }

  #multiplied(part: string, left: Term<Tensor>, right: Term<Tensor>, roles: Roles): Tensor {
    if (roles.contracted.length === 0) return this.#elements(part, left, right, roles);
    const isLayer = roles.batch.length === 0 && right.factor.isKnown && !left.factor.isKnown;
    return isLayer ? this.#layer(part, left, right, roles) : this.#matrices(part, left, right, roles);
  }

  /** Nothing is summed: elements by elements, in as few axes as can be where there are many. */
  #elements(part: string, left: Term<Tensor>, right: Term<Tensor>, { batch, rows, columns }: Roles): Tensor {
    const [a, b] = [sizesIn(left, batch), sizesIn(right, batch)];
    const joins = batch.length > MOST_SHARED_AXES && sameShape(a, b);
    const axes = (sizes: Shape): Shape => (joins ? [elementCount(sizes)] : sizes);
    const own = (letters: readonly string[], size: number): Shape => (letters.length === 0 ? [] : [size]);
    const [height, width] = [elementCount(sizesIn(left, rows)), elementCount(sizesIn(right, columns))];
    return this.#writer.add('mul', part, { activation: 'none' }, [
      this.#arranged(
        `${part}/left`,
        left,
        [...batch, ...rows],
        [...axes(a), ...own(rows, height), ...own(columns, 1)],
      ),
      this.#arranged(
        `${part}/right`,
        right,
        [...batch, ...columns],
        [...axes(b), ...own(rows, 1), ...own(columns, width)],
      ),
    ]);
  }

  /** A known factor without axes in common but those that are summed over is the weights of a layer. */
  #layer(
    part: string,
    left: Term<Tensor>,
    right: Term<Tensor>,
    { contracted, rows, columns }: Roles,
  ): Tensor {
    const order = [...rows, ...contracted];
    const depth = elementCount(sizesIn(left, contracted));
    const staysWhole = contracted.length === 1 && order.join() === left.letters.join() && rows.length > 0;
    const shape = staysWhole ? left.factor.shape : [elementCount(sizesIn(left, rows)), depth];
    const input = this.#arranged(`${part}/rows`, left, order, shape);
    const width = elementCount(sizesIn(right, columns));
    const weights = this.#arranged(`${part}/weights`, right, [...columns, ...contracted], [width, depth]);
    const options = { activation: 'none', keepNumDims: shape.length > 2 } as const;
    return this.#writer.add('fully_connected', part, options, [input, weights]);
  }

  #matrices(part: string, left: Term<Tensor>, right: Term<Tensor>, roles: Roles): Tensor {
    const { batch, contracted, rows, columns } = roles;
    const [a, b] = [sizesIn(left, batch), sizesIn(right, batch)];
    if (batch.length > MOST_BATCH_AXES && !sameShape(a, b)) {
      throw unsupportedError(
        'unsupported-rank',
        `it multiplies matrices of ${counted(batch.length, 'other axis', 'other axes')}, which have different sizes.`,
        'Repeat the smaller operand before.',
      );
    }
    const joins = batch.length > MOST_BATCH_AXES;
    const axes = (sizes: Shape): Shape => (joins ? [elementCount(sizes)] : sizes);
    const depth = elementCount(sizesIn(left, contracted));
    const [height, width] = [elementCount(sizesIn(left, rows)), elementCount(sizesIn(right, columns))];
    const adjX = isOrdered(left, [batch, contracted, rows]) && !isOrdered(left, [batch, rows, contracted]);
    const adjY = !isOrdered(right, [batch, contracted, columns]);
    const ends = (swapped: boolean, first: number, second: number): Shape =>
      swapped ? [second, first] : [first, second];
    return this.#writer.add('batch_matmul', part, { adjX, adjY }, [
      this.#arranged(
        `${part}/left`,
        left,
        [...batch, ...(adjX ? [...contracted, ...rows] : [...rows, ...contracted])],
        [...axes(a), ...ends(adjX, height, depth)],
      ),
      this.#arranged(
        `${part}/right`,
        right,
        [...batch, ...(adjY ? [...columns, ...contracted] : [...contracted, ...columns])],
        [...axes(b), ...ends(adjY, depth, width)],
      ),
    ]);
  }
}

function isOrdered<Tensor>({ letters }: Term<Tensor>, order: readonly (readonly string[])[]): boolean {
  return order.flat().join() === letters.join();
}

/** 1 for letters that it lacks. */
function sizeIn<Tensor>({ letters, factor }: Term<Tensor>, letter: string): number {
  return factor.shape[letters.indexOf(letter)] ?? 1;
}

function sizesIn<Tensor>(term: Term<Tensor>, letters: readonly string[]): Shape {
  return letters.map((letter) => sizeIn(term, letter));
}

/** An axis of 1 goes with any other that is kept. */
function requireSizes<Tensor>(left: Term<Tensor>, right: Term<Tensor>, { batch, contracted }: Roles): void {
  const differs = (letter: string): boolean => sizeIn(left, letter) !== sizeIn(right, letter);
  const spreads = (letter: string): boolean => sizeIn(left, letter) === 1 || sizeIn(right, letter) === 1;
  const isWrong = contracted.some(differs) || batch.some((letter) => differs(letter) && !spreads(letter));
  if (!isWrong) return;
  throw inputError(
    'operation-shape',
    `it multiplies tensors of ${formatShape(left.factor.shape)} and ${formatShape(right.factor.shape)}, whose shared axes have different sizes.`,
    'Give the inputs the sizes that the model was made for.',
  );
}

/** The last node carries the empty part. Throws what `parseEquation` refuses, and sizes that do not go together. */
export function einsum<Tensor>(
  writer: NodeWriter<Tensor>,
  equation: string,
  factors: readonly Factor<Tensor>[],
): Tensor {
  const parsed = parseEquation(
    equation,
    factors.map(({ shape }) => shape.length),
  );
  return new Einsum(writer).lower(parsed, factors);
}
