/** Pieces of C that any network may bring together. */

import { expect, it } from 'vitest';
import { inOrder } from '../../src/targets/c/c-code.ts';
import { emitterOf } from '../../src/targets/c/emitters.ts';
import { compileProgram } from '../../src/targets/c/program.ts';
import { ROWS, rowCases } from './table-rows.ts';

/** Functions, structs, types and constants at file scope. */
const DEFINED = /^(?:struct (\w+) \{|static .*?\b(\w+)(?:\(|\[.*=)|\} (\w+);)/gm;

it('no two of them define one name', () => {
  const definitions = ROWS.filter(({ kind, type }) => typeof emitterOf(kind, type) === 'function')
    .flatMap((row) => rowCases(row, 6))
    .flatMap(({ graph }) => compileProgram(graph).steps)
    .flatMap(({ emission }) => emission.definitions);
  const names = inOrder(definitions).flatMap(({ text }) => {
    // What stands in two branches for the compiler to choose from is one.
    const found = [...text.matchAll(DEFINED)].map(([, struct, name, type]) =>
      struct === undefined ? (name ?? type) : `struct ${struct}`,
    );
    return [...new Set(found)];
  });
  expect(names.length).toBeGreaterThan(100);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
