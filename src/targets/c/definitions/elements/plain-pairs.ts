/** Functions of two tensors that take elements as they are, in C. */

import { type CType, definitionsBy } from '../../c-code.ts';
import { pairLoop } from './element-loops.ts';

/** C of the result, and what is said of it. */
const CHOICES = {
  maximum: { result: '*a > *b ? *a : *b', comment: 'The larger of two.' },
  minimum: { result: '*a < *b ? *a : *b', comment: 'The smaller of two.' },
} as const;

export type Choice = keyof typeof CHOICES;

/** `maximum_int8(a, step_a, b, step_b, output, count)` */
export const CHOOSE = definitionsBy((name: Choice, type: CType) =>
  pairLoop({
    name: `${name}_${type.replace('_t', '')}`,
    a: type,
    b: type,
    output: type,
    ...CHOICES[name],
  }),
);

export const CONDITIONS = {
  equal: '*a == *b',
  not_equal: '*a != *b',
  greater: '*a > *b',
  greater_equal: '*a >= *b',
  less: '*a < *b',
  less_equal: '*a <= *b',
  logical_and: '*a != 0 && *b != 0',
  logical_or: '*a != 0 || *b != 0',
} as const;

export type Condition = keyof typeof CONDITIONS;

/** `less_int32(a, step_a, b, step_b, output, count)`: 1 where it holds, else 0. */
export const COMPARE = definitionsBy((name: Condition, type: CType) =>
  pairLoop({
    name: `${name}_${type.replace('_t', '')}`,
    comment: `${CONDITIONS[name].replaceAll('*', '')}`,
    a: type,
    b: type,
    output: 'uint8_t',
    result: `${CONDITIONS[name]} ? 1 : 0`,
  }),
);
