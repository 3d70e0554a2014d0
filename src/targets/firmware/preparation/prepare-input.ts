/** `prepare_input`: what training did to its samples, for the readings of a chip. */

import { type Preparation, preparationLength, preparationShapes } from '../../../core/samples/preparation.ts';
import { elementCount, formatShape, type Shape } from '../../../core/tensor.ts';
import { stringLiteral } from '../c-literal.ts';
import type { FirmwareFile } from '../firmware.ts';
import { commentLines, generatedNotice, type SourceExtension } from '../source-file.ts';
import { CPP, type Dialect } from './dialect.ts';
import { logarithmFunction } from './spectrum-code.ts';
import { transformCode } from './transform-code.ts';

const PURPOSE = 'From readings to what the model was trained on.';

function roundedFunction({ inlineFunction, helper }: Dialect): string {
  return `// Rounds a product on its own: a compiler may otherwise join it with an addition behind it, and round once.
${inlineFunction} float ${helper('rounded')}(float product) {
  volatile float kept = product;
  return kept;
}
`;
}

/** The names of categories, which a reading counts from 0; `name` is that of the first, second, … array. */
export function categoriesText(
  { steps }: Preparation,
  { constantText }: Dialect,
  name: (index: number) => string,
): string {
  const columns = steps.flatMap((transform) =>
    transform.step === 'one-hot' ? transform.parameters.columns : [],
  );
  return columns
    .map(
      ({ column, texts }, index) => `
// The categories of column ${column}, counted from 0: a reading is the place of its text in here.
${constantText} ${name(index)}[${texts.length}] = {
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
${categoriesText(preparation, CPP, (index) => `kCategories${index}`)}
// Turns the readings at the start of \`values\` into the model's input, in place.
// \`values\` has room for kPreparationLength.
void prepare_input(float* values);

#endif  // PREPARE_INPUT_H_
`;
}

/** What `prepare_input` consists of, in any language. */
export interface PreparationCode {
  /** Tables, then functions, that the statements need; empty where there are none. */
  readonly definitions: string;
  /** On `values`, a block for every step; empty for a preparation without steps. */
  readonly statements: string;
  readonly usesMath: boolean;
  readonly usesLogarithm: boolean;
}

export function preparationCode(preparation: Preparation, dialect: Dialect): PreparationCode {
  const shapes = preparationShapes(preparation);
  const codes = preparation.steps.map((transform, index) =>
    transformCode(transform, shapes[index], { step: index + 1, dialect }),
  );
  const blocks = codes.map(
    ({ statements }, index) =>
      `  {\n${commentLines([`${index + 1}. ${preparation.steps[index].step}`]).replace('//', '    //')}${statements}  }\n`,
  );
  const constants = codes.map((code) => code.constants).join('');
  const calls = (name: string): boolean => blocks.some((block) => block.includes(name));
  const usesLogarithm = calls(`${dialect.helper('natural_logarithm')}(`);
  const functions = [
    ...(calls(`${dialect.helper('rounded')}(`) ? [roundedFunction(dialect)] : []),
    ...(usesLogarithm ? [logarithmFunction(dialect)] : []),
  ];
  return {
    definitions: [constants, ...functions].filter((text) => text !== '').join('\n'),
    statements: blocks.join(''),
    usesMath: calls('std::') || calls('sqrtf('),
    usesLogarithm,
  };
}

/** The files of `prepare_input`; a preparation without steps leaves the values as they are. */
export function prepareInputFiles(preparation: Preparation, extension: SourceExtension): FirmwareFile[] {
  const shapes = preparationShapes(preparation);
  const { definitions, statements, usesMath, usesLogarithm } = preparationCode(preparation, CPP);
  const headers = [...(usesMath ? ['cmath'] : []), ...(usesLogarithm ? ['cstdint', 'cstring'] : [])];
  return [
    { path: 'prepare_input.h', text: headerText(preparation, shapes) },
    {
      path: `prepare_input.${extension}`,
      text: `${generatedNotice(PURPOSE)}
#include "prepare_input.h"
${headers.length === 0 ? '' : `\n${headers.map((name) => `#include <${name}>\n`).join('')}`}
namespace {

${definitions}
}  // namespace

void prepare_input(float* values) {
${statements === '' ? '  static_cast<void>(values);\n' : statements}}
`,
    },
  ];
}
