/** The C of every operator and type gives the interpreter's bytes, and those that TensorFlow Lite Micro recorded. */

import { describe, expect, it } from 'vitest';
import { emitterOf } from '../../src/targets/c/emitters.ts';
import { runSanitized } from '../cross/compile.ts';
import { missingNative } from '../cross/probe.ts';
import { compareMany, type Verdict } from './many-graphs.ts';
import { ROWS, type Row, rowCases } from './table-rows.ts';

const CASES = 6;
/** Rows in one program. */
const TOGETHER = 24;

function isEmitted({ kind, type }: Row): boolean {
  return typeof emitterOf(kind, type) === 'function';
}

/** Their sums leave int32 where biases are as large as these cases draw them, which C leaves undefined. */
const OVERFLOWING: readonly string[] = ['fully_connected int8', 'fully_connected int8 int4'];

const EMITTED = ROWS.filter((row) => isEmitted(row) && !OVERFLOWING.includes(row.name));

/** What a function gave, or threw, the first time. */
function once<T>(compute: () => T): () => T {
  let get: (() => T) | undefined;
  return () => {
    if (get === undefined) {
      try {
        const result = compute();
        get = () => result;
      } catch (error) {
        get = () => {
          throw error;
        };
      }
    }
    return get();
  };
}

function chunksOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

const NATIVE = missingNative();

describe.skipIf(NATIVE !== '')(`random cases of each operator, here ${NATIVE}`, () => {
  describe.each(chunksOf(EMITTED, TOGETHER))('$name and others', (...rows) => {
    const all = once((): readonly Verdict[] =>
      compareMany(
        rows.flatMap((row) => rowCases(row, CASES)),
        runSanitized,
      ),
    );

    it.each(rows.map((row, index) => [row.name, index] as const))(
      '%s',
      (_, index) => {
        const own = all().slice(index * CASES, (index + 1) * CASES);
        expect(own.map(({ first }) => first).filter((first) => first !== '')).toEqual([]);
        expect(Math.min(...own.map(({ compared }) => compared))).toBeGreaterThan(0);
      },
      120_000,
    );
  });
});
