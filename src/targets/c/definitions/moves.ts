/** Movement of elements in C: loops in each other, with steps that may be 0 or negative. */

import type { CDefinition, CType } from '../c-code.ts';

/** Loops that the functions below have; others stand around their calls. */
export const WALK_DEPTH = 3;

const LOOP: CDefinition = {
  name: 'struct loop',
  text: `/* How often, and how far apart in input and output. */
struct loop {
  int32_t count;
  int32_t from;
  int32_t to;
};
`,
};

/** Steps in bytes. */
export const COPY_RUNS: CDefinition = {
  name: 'copy_runs',
  needs: [LOOP],
  text: `/* Three loops in each other, the last one innermost, around runs of bytes. */
static void copy_runs(const struct loop *loops, int32_t run, const int8_t *input, int8_t *output)
{
  for (int32_t i = 0; i < loops[0].count; i++) {
    for (int32_t j = 0; j < loops[1].count; j++) {
      const int8_t *from = &input[i * loops[0].from + j * loops[1].from];
      int8_t *to = &output[i * loops[0].to + j * loops[1].to];

      for (int32_t k = 0; k < loops[2].count; k++) {
        memcpy(&to[k * loops[2].to], &from[k * loops[2].from], (size_t)run);
      }
    }
  }
}
`,
};

const SHORT_NAMES: Partial<Readonly<Record<CType, string>>> = {
  int8_t: 'int8',
  int16_t: 'int16',
  int32_t: 'int32',
};

function ofType(verb: string, type: CType): string {
  return `${verb}_${SHORT_NAMES[type] ?? type}`;
}

function perType(definitionOf: (type: CType) => CDefinition): (type: CType) => CDefinition {
  const made = new Map<CType, CDefinition>();
  return (type) => {
    const definition = made.get(type) ?? definitionOf(type);
    made.set(type, definition);
    return definition;
  };
}

/** `walk_int8` and its like, steps in elements: a type of its own for each, since C forbids to read floats as integers. */
export const walkElements = perType((type) => {
  const name = ofType('walk', type);
  return {
    name,
    needs: [LOOP],
    text: `/* Three loops in each other, the last one innermost, around single elements. */
static void ${name}(const struct loop *loops, const ${type} *input, ${type} *output)
{
  for (int32_t i = 0; i < loops[0].count; i++) {
    for (int32_t j = 0; j < loops[1].count; j++) {
      const ${type} *from = &input[i * loops[0].from + j * loops[1].from];
      ${type} *to = &output[i * loops[0].to + j * loops[1].to];

      for (int32_t k = 0; k < loops[2].count; k++) {
        to[k * loops[2].to] = from[k * loops[2].from];
      }
    }
  }
}
`,
  };
});

/** `fill_float` and its like. */
export const fillElements = perType((type) => {
  const name = ofType('fill', type);
  return {
    name,
    text: `static void ${name}(${type} *output, int32_t count, ${type} value)
{
  for (int32_t i = 0; i < count; i++) {
    output[i] = value;
  }
}
`,
  };
});

/** Places in bytes. */
export const COPY_PICKS: CDefinition = {
  name: 'copy_picks',
  text: `/* One behind the other, the runs of bytes that begin at the picked places. */
static void copy_picks(const int32_t *picks, int32_t count, int32_t run, const int8_t *input, int8_t *output)
{
  for (int32_t i = 0; i < count; i++) {
    memcpy(&output[i * run], &input[picks[i]], (size_t)run);
  }
}
`,
};
