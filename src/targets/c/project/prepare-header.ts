/** `model_prepare.h`: what training did to its samples, for the readings of a chip. */

import { type Preparation, preparationLength, preparationShapes } from '../../../core/samples/preparation.ts';
import { elementCount, formatShape } from '../../../core/tensor.ts';
import { cDialect } from '../../firmware/preparation/dialect.ts';
import { categoriesText, preparationCode } from '../../firmware/preparation/prepare-input.ts';
import type { StandaloneNames } from '../standalone-names.ts';
import { headerFile } from './project.ts';

/** Comments of whole lines, and pointers, as the other files have them. */
export function inC(text: string): string {
  return text.replaceAll(/^( *)\/\/ (.*)$/gm, '$1/* $2 */').replaceAll(/(float|state|int\d+_t)\* /g, '$1 *');
}

/** Statics: for the one source that reads the sensor. A preparation without steps leaves the values as they are. */
export function prepareHeader(
  preparation: Preparation,
  { name, macro }: Pick<StandaloneNames, 'name' | 'macro'>,
): string {
  const dialect = cDialect(name);
  const shapes = preparationShapes(preparation);
  const { definitions, statements, headers } = preparationCode(preparation, dialect);
  return headerFile(
    `${macro}_PREPARE`,
    'From readings to what the model was trained on. For the source that reads the sensor.',
    `${headers.length === 0 ? '' : `${headers.map((header) => `#include <${header}.h>\n`).join('')}\n`}/* Values of one sample as it is measured: ${formatShape(shapes[0])}. */
#define ${macro}_READING_LENGTH ${elementCount(shapes[0])}
/* The most values that it has on the way to the model's input: ${formatShape(shapes[shapes.length - 1])}. */
#define ${macro}_PREPARATION_LENGTH ${preparationLength(preparation)}
${inC(categoriesText(preparation, dialect, (index) => `${name}_categories_${index}`))}
${definitions === '' ? '' : `${inC(definitions)}\n`}/*
 * Turns the readings at the start of \`values\` into the model's input, in place. \`values\` has room for
 * ${macro}_PREPARATION_LENGTH.
 */
static inline void ${name}_prepare_input(float *values)
{
${statements === '' ? '  (void)values;\n' : inC(statements)}}
`,
  );
}
