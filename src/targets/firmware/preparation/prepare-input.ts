/** `prepare_input`: what training did to its samples, for the readings of a chip. */

import { type Preparation, preparationLength, preparationShapes } from '../../../core/samples/preparation.ts';
import { elementCount, formatShape, type Shape } from '../../../core/tensor.ts';
import { stringLiteral } from '../c-literal.ts';
import type { FirmwareFile } from '../firmware.ts';
import { commentLines, generatedNotice, type SourceExtension } from '../source-file.ts';
import { LOGARITHM_FUNCTION } from './spectrum-code.ts';
import { transformCode } from './transform-code.ts';

const PURPOSE = 'From readings to what the model was trained on.';

const ROUNDED = `// Rounds a product on its own: a compiler may otherwise join it with an addition behind it, and round once.
inline float rounded(float product) {
  volatile float kept = product;
  return kept;
}
`;

/** The names of categories, which a reading counts from 0. */
function categoriesText({ steps }: Preparation): string {
  const columns = steps.flatMap((transform) =>
    transform.step === 'one-hot' ? transform.parameters.columns : [],
  );
  return columns
    .map(
      ({ column, texts }, index) => `
// The categories of column ${column}, counted from 0: a reading is the place of its text in here.
constexpr const char* kCategories${index}[${texts.length}] = {
${texts.map((text) => `    ${stringLiteral(text)},\n`).join('')}};
`,
    )
    .join('');
}

function headerText(preparation: Preparation, shapes: readonly Shape[]): string {
  return `${generatedNotice(PURPOSE)}
#ifndef PREPARE_INPUT_H_
#define PREPARE_INPUT_H_

// Values of one sample as it is measured: ${formatShape(shapes[0])}.
constexpr int kReadingLength = ${elementCount(shapes[0])};
// The most values that it has on the way to the model's input: ${formatShape(shapes[shapes.length - 1])}.
constexpr int kPreparationLength = ${preparationLength(preparation)};
${categoriesText(preparation)}
// Turns the readings at the start of \`values\` into the model's input, in place.
// \`values\` has room for kPreparationLength.
void prepare_input(float* values);

#endif  // PREPARE_INPUT_H_
`;
}

/** The files of `prepare_input`; a preparation without steps leaves the values as they are. */
export function prepareInputFiles(preparation: Preparation, extension: SourceExtension): FirmwareFile[] {
  const shapes = preparationShapes(preparation);
  const codes = preparation.steps.map((transform, index) =>
    transformCode(transform, shapes[index], index + 1),
  );
  const blocks = codes.map(
    ({ statements }, index) =>
      `  {\n${commentLines([`${index + 1}. ${preparation.steps[index].step}`]).replace('//', '    //')}${statements}  }\n`,
  );
  const constants = codes.map((code) => code.constants).join('');
  const calls = (name: string): boolean => blocks.some((block) => block.includes(name));
  const functions = [
    ...(calls('rounded(') ? [ROUNDED] : []),
    ...(calls('natural_logarithm(') ? [LOGARITHM_FUNCTION] : []),
  ];
  const headers = [
    ...(calls('std::') ? ['cmath'] : []),
    ...(calls('natural_logarithm(') ? ['cstdint', 'cstring'] : []),
  ];
  return [
    { path: 'prepare_input.h', text: headerText(preparation, shapes) },
    {
      path: `prepare_input.${extension}`,
      text: `${generatedNotice(PURPOSE)}
#include "prepare_input.h"
${headers.length === 0 ? '' : `\n${headers.map((name) => `#include <${name}>\n`).join('')}`}
namespace {

${[constants, ...functions].filter((text) => text !== '').join('\n')}
}  // namespace

void prepare_input(float* values) {
${blocks.length === 0 ? '  static_cast<void>(values);\n' : blocks.join('')}}
`,
    },
  ];
}
