/** `model_prepare.h`: what training did to its samples, for the readings of a chip. */

import { type Preparation, preparationLength, preparationShapes } from '../../../core/samples/preparation.ts';
import { elementCount, formatShape } from '../../../core/tensor.ts';
import { cDialect, type Dialect } from '../../firmware/preparation/dialect.ts';
import {
  categoriesText,
  type PreparedEnd,
  preparationCode,
  preparedEnds,
  type StepCalls,
  statementsOf,
} from '../../firmware/preparation/prepare-input.ts';
import type { StandaloneNames } from '../standalone-names.ts';
import { headerFile } from './project.ts';

/** Comments of whole lines, and pointers, as the other files have them. */
export function inC(text: string): string {
  return text.replaceAll(/^( *)\/\/ (.*)$/gm, '$1/* $2 */').replaceAll(/(float|state|int\d+_t)\* /g, '$1 *');
}

function headerPart(
  { preparation, suffix }: PreparedEnd,
  name: string,
  macro: string,
  dialect: Dialect,
): string {
  const shapes = preparationShapes(preparation);
  const [behind, of] = suffix === '' ? ['', ''] : [`_${suffix.toUpperCase()}`, ` for input_${suffix}`];
  const categories = categoriesText(
    preparation,
    dialect,
    (index) => `${name}_categories_${suffix === '' ? '' : `${suffix}_`}${index}`,
  );
  return `/* Values of one sample as it is measured${of}: ${formatShape(shapes[0])}. */
#define ${macro}_READING_LENGTH${behind} ${elementCount(shapes[0])}
/* The most values that it has on the way to the model's input: ${formatShape(shapes[shapes.length - 1])}. */
#define ${macro}_PREPARATION_LENGTH${behind} ${preparationLength(preparation)}
${inC(categories)}`;
}

function prepareFunction(
  { variable, suffix }: PreparedEnd,
  steps: readonly StepCalls[],
  name: string,
  macro: string,
): string {
  const statements = statementsOf(steps);
  const behind = suffix === '' ? '' : `_${suffix.toUpperCase()}`;
  return `/*
 * Turns the readings at the start of \`values\` into the model's input${suffix === '' ? '' : ` ${variable}`}, in place. \`values\` has room for
 * ${macro}_PREPARATION_LENGTH${behind}.
 */
static inline void ${name}_prepare_${variable}(float *values)
{
${statements === '' ? '  (void)values;\n' : inC(statements)}}
`;
}

/** Statics: for the one source that reads the sensor. A preparation without steps leaves the values as they are. */
export function prepareHeader(
  preparation: Preparation,
  { name, macro }: Pick<StandaloneNames, 'name' | 'macro'>,
): string {
  const dialect = cDialect(name);
  const ends = preparedEnds(preparation);
  const { definitions, steps, headers } = preparationCode(
    ends.map((end) => end.preparation),
    dialect,
  );
  const parts = ends.map((end) => headerPart(end, name, macro, dialect));
  const functions = ends.map((end, index) => prepareFunction(end, steps[index], name, macro));
  return headerFile(
    `${macro}_PREPARE`,
    'From readings to what the model was trained on. For the source that reads the sensor.',
    `${headers.length === 0 ? '' : `${headers.map((header) => `#include <${header}.h>\n`).join('')}\n`}${parts.join('')}
${definitions === '' ? '' : `${inC(definitions)}\n`}${functions.join('\n')}`,
  );
}
