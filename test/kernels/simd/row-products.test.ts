import { expect, it } from 'vitest';
import {
  createRowProducts,
  LARGEST_ELEMENT,
  type RowProducts,
} from '../../../src/kernels/simd/row-products.ts';

const SIZE = 19;

it('adds rows past what 32 bits hold', () => {
  const products = createRowProducts(SIZE) as RowProducts;
  const row = Float64Array.from({ length: SIZE }, (_, i) =>
    i % 2 === 0 ? LARGEST_ELEMENT : -LARGEST_ELEMENT,
  );
  const count = 32768 + 33000;
  for (let index = 0; index < count; index++) products.add(row);
  const upper = products.upper();
  for (let i = 0; i < SIZE; i++) {
    for (let j = i; j < SIZE; j++) expect(upper[i * SIZE + j]).toBe(count * row[i] * row[j]);
  }
});

it('forgets nothing between two looks, and adds nothing twice', () => {
  const products = createRowProducts(SIZE) as RowProducts;
  const row = new Float64Array(SIZE).fill(3);
  products.add(row);
  expect(products.upper()[1]).toBe(9);
  products.add(row);
  expect(products.upper()[1]).toBe(18);
});
