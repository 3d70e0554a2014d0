/** C of operators on elements and rows at the ends of values, zero points and shifts, against the interpreter. */

import { describe, expect, it } from 'vitest';
import { opOf } from '../../src/ops/index.ts';
import { runSanitized } from '../cross/compile.ts';
import { missingNative } from '../cross/probe.ts';
import { EDGE_CASES, type EdgeCase } from './edge-cases.ts';
import { compareMany } from './many-graphs.ts';

const NATIVE = missingNative();

const KINDS = [...new Set(EDGE_CASES.map(({ kind }) => kind))];

/** What differs, by operator and case. */
function differences(cases: readonly EdgeCase[]): string[] {
  return compareMany(cases, runSanitized).flatMap(({ first, compared }, index) =>
    first === '' && compared > 0 ? [] : [`${cases[index].kind}, case ${index}: ${first}`],
  );
}

it('every family is there', () => {
  expect(KINDS.length).toBeGreaterThan(40);
  expect(KINDS.filter((kind) => opOf(kind) === undefined)).toEqual([]);
});

describe.skipIf(NATIVE !== '')(`C at the ends of values and shifts, here ${NATIVE}`, () => {
  it.each([0, 1, 2, 3])('part %i', (part) => {
    expect(differences(EDGE_CASES.filter((_, index) => index % 4 === part))).toEqual([]);
  });
});
