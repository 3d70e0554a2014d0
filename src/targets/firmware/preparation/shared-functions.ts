/** Functions that the statements of several steps call, written once. */

import { LOGARITHM } from '../../../core/samples/spectrum.ts';
import { floatLiteral } from '../c-literal.ts';
import type { Dialect } from './dialect.ts';

/** Headers of the C library. */
export const LIBRARY_HEADERS = ['math', 'stdint', 'string'] as const;
export type LibraryHeader = (typeof LIBRARY_HEADERS)[number];

export interface SharedFunction {
  readonly name: string;
  /** Of what is one array for all steps: how many values this one needs. */
  readonly room?: number;
  readonly needs: readonly SharedFunction[];
  readonly headers: readonly LibraryHeader[];
  text(dialect: Dialect): string;
}

const hex = (value: number): string => `0x${value.toString(16)}u`;

export const ROUNDED: SharedFunction = {
  name: 'rounded',
  needs: [],
  headers: [],
  text: ({
    inlineFunction,
    helper,
  }) => `// Rounds a product on its own: a compiler may otherwise join it with an addition behind it, and round once.
${inlineFunction} float ${helper('rounded')}(float product) {
  volatile float kept = product;
  return kept;
}
`,
};

function naturalLogarithm(dialect: Dialect): string {
  const rounded = dialect.helper('rounded');
  return `// The natural logarithm of a number that is not too small for all its digits, in steps that round alike everywhere.
${dialect.inlineFunction} float ${dialect.helper('natural_logarithm')}(float x) {
  ${dialect.bits} bits;
  ${dialect.copyBytes}(&bits, &x, sizeof bits);
  bits += ${hex(LOGARITHM.OFFSET)};
  const float exponent = ${dialect.cast('float', `${dialect.cast('int', 'bits >> 23')} - 127`)};
  bits = (bits & 0x7fffffu) + ${hex(LOGARITHM.ROOT)};
  float m;
  ${dialect.copyBytes}(&m, &bits, sizeof m);
  const float s = (m - 1.0f) / (m + 1.0f);
  const float square = ${rounded}(s * s);
  float sum = ${floatLiteral(LOGARITHM.TERMS[0])};
${LOGARITHM.TERMS.slice(1)
  .map((term) => `  sum = ${rounded}(sum * square) + ${floatLiteral(term)};\n`)
  .join('')}  const float twice = s + s;
  const float small = ${rounded}(twice * ${rounded}(square * sum)) + ${rounded}(exponent * ${floatLiteral(LOGARITHM.LN2_LOW)});
  return ${rounded}(exponent * ${floatLiteral(LOGARITHM.LN2_HIGH)}) + (twice + small);
}
`;
}

/** For numbers from 2^-126 on. */
export const NATURAL_LOGARITHM: SharedFunction = {
  name: 'natural_logarithm',
  needs: [ROUNDED],
  headers: ['stdint', 'string'],
  text: naturalLogarithm,
};

/** Room for `values` numbers, which no step needs behind its end: the steps of a preparation have one in common. */
export function scratchOf(values: number): SharedFunction {
  return {
    name: 'scratch',
    room: values,
    needs: [],
    headers: [],
    text: ({ helper }) => `static float ${helper('scratch')}[${values}];\n`,
  };
}

/** These and what they need, each once, what is needed first; of those that are room, the largest. */
export function withNeeds(functions: readonly SharedFunction[]): readonly SharedFunction[] {
  const found = new Set<SharedFunction>();
  const add = (one: SharedFunction): void => {
    for (const needed of one.needs) add(needed);
    found.add(one);
  };
  for (const one of functions) add(one);
  const all = [...found];
  const largest = (name: string): number =>
    Math.max(...all.map((one) => (one.name === name ? (one.room ?? 0) : 0)));
  return all.filter(
    (one) =>
      one.room === undefined ||
      one === all.find(({ name, room }) => name === one.name && room === largest(name)),
  );
}
