/** `prepare_input`: what training did to its samples, for the readings of a chip. */

import {
  inputPreparations,
  isByRows,
  type Preparation,
  preparationLength,
  preparationShapes,
  type RowReach,
  type Rows,
  type RowTransform,
  rowReach,
  rowsOf,
  transformedShape,
  type WholeTransform,
} from '../../../core/samples/preparation.ts';
import { elementCount, formatShape, type Shape } from '../../../core/tensor.ts';
import { endNames } from '../../c-array/end-names.ts';
import { stringLiteral } from '../c-literal.ts';
import type { FirmwareFile } from '../firmware.ts';
import { commentLines, generatedNotice, type SourceExtension } from '../source-file.ts';
import { CPP, type Dialect } from './dialect.ts';
import { LIBRARY_HEADERS, type LibraryHeader, withNeeds } from './shared-functions.ts';
import type { Place, RowCode, WholeCode } from './step-code.ts';
import { rowCode, wholeCode } from './steps/index.ts';

const PURPOSE = 'From readings to what the model was trained on.';

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

/** What becomes of the readings of one input, and its names in C. */
export interface PreparedEnd {
  readonly preparation: Preparation;
  /** `input`, or with several `input_motion`: the function ends with it. */
  readonly variable: string;
  /** Empty for one input, else `motion`: constants end with it. */
  readonly suffix: string;
}

export function preparedEnds(preparation: Preparation): readonly PreparedEnd[] {
  const all = inputPreparations(preparation);
  const names = endNames(
    'input',
    all.map(({ input }) => input?.name ?? ''),
  );
  return all.map((one, index) => {
    const { variable } = names[index];
    return { preparation: one.preparation, variable, suffix: variable.replace(/^input_?/, '') };
  });
}

/** `motion_left` → `MotionLeft` */
function camelCase(words: string): string {
  return words.replace(/(?:^|_)([a-z0-9])/g, (_, first: string) => first.toUpperCase());
}

function headerPart({ preparation, variable, suffix }: PreparedEnd): string {
  const shapes = preparationShapes(preparation);
  const own = camelCase(suffix);
  const [of, which] =
    suffix === '' ? ['', "the model's input"] : [` for ${variable}`, 'that input of the model'];
  return `// Values of one sample as it is measured${of}: ${formatShape(shapes[0])}.
constexpr int kReadingLength${own} = ${elementCount(shapes[0])};
// The most values that it has on the way to ${which}: ${formatShape(shapes[shapes.length - 1])}.
constexpr int kPreparationLength${own} = ${preparationLength(preparation)};
${categoriesText(preparation, CPP, (index) => `kCategories${own}${index}`)}
// Turns the readings at the start of \`values\` into ${which}, in place.
// \`values\` has room for kPreparationLength${own}.
void prepare_${variable}(float* values);
`;
}

function headerText(ends: readonly PreparedEnd[]): string {
  return `${generatedNotice(PURPOSE)}
#ifndef PREPARE_INPUT_H_
#define PREPARE_INPUT_H_

${ends.map(headerPart).join('\n')}
#endif  // PREPARE_INPUT_H_
`;
}

/** What calls the function of a step. */
export interface StepCalls {
  /** Its function. */
  readonly name: string;
  /** The struct of what a step by rows keeps from one row to the next, whose address is then the first argument. */
  readonly state?: string;
  /** On the sample at the start of `values`. */
  readonly statements: string;
}

/** A step of the preparation, with what surrounds it. */
interface WrittenStep extends StepCalls {
  readonly code: RowCode | WholeCode;
  /** The function that does the step for one row or one sample, with the struct of its state. */
  readonly definition: string;
}

/** `2. spectrum: each row of 20 is made of 256 of 1.` */
function rowComment(
  number: number,
  { step }: RowTransform,
  reach: RowReach,
  before: Rows,
  after: Rows,
): string {
  const source = reach.window === 1 ? `one of ${before.width}` : `${reach.window} of ${before.width}`;
  return commentLines([`${number}. ${step}: a row of ${after.width} is made of ${source}.`]);
}

function writtenRows(transform: RowTransform, shape: Shape, place: Place): WrittenStep {
  const { step: number, dialect } = place;
  const code = rowCode(transform, shape, place);
  const [before, after] = [rowsOf(shape), rowsOf(transformedShape(transform, shape))];
  const reach = rowReach(transform);
  const name = dialect.helper(`step_${number}`);
  const hasState = code.state !== '';
  const state = hasState ? `struct ${name}_state {\n${code.state}};\n\n` : '';
  const argument = hasState ? `struct ${name}_state* state, ` : '';
  const grows = after.width > reach.hop * before.width;
  const order = grows
    ? `int row = ${after.count - 1}; row >= 0; --row`
    : `int row = 0; row < ${after.count}; ++row`;
  const call = `${name}(${hasState ? '&state, ' : ''}values + row * ${reach.hop * before.width}, values + row * ${after.width})`;
  const single = `${name}(${hasState ? '&state, ' : ''}values, values);\n`;
  const loop = after.count === 1 ? `  ${single}` : `  for (${order}) ${call};\n`;
  return {
    code,
    name,
    ...(hasState ? { state: `struct ${name}_state` } : {}),
    definition: `${rowComment(number, transform, reach, before, after)}${state}static void ${name}(${argument}const float* from, float* into) {\n${code.statements}}\n`,
    statements: hasState
      ? `  {\n    static struct ${name}_state state;\n    ${dialect.clearBytes}(&state, 0, sizeof state);\n  ${loop}  }\n`
      : loop,
  };
}

function writtenWhole(transform: WholeTransform, shape: Shape, place: Place): WrittenStep {
  const { step: number, dialect } = place;
  const code = wholeCode(transform, shape, place);
  const name = dialect.helper(`step_${number}`);
  return {
    code,
    name,
    definition: `${commentLines([`${number}. ${transform.step}, of a whole sample.`])}static void ${name}(float* values) {\n${code.statements}}\n`,
    statements: `  ${name}(values);\n`,
  };
}

/** What `prepare_input` consists of, in any language. */
export interface PreparationCode {
  /** Tables, then functions, that the statements need; empty where there are none. */
  readonly definitions: string;
  /** Of each preparation its steps one by one, in its order. */
  readonly steps: readonly (readonly StepCalls[])[];
  readonly headers: readonly LibraryHeader[];
}

/** On `values`, a line or more for every step; empty for a preparation without steps. */
export function statementsOf(steps: readonly StepCalls[]): string {
  return steps.map(({ statements }) => statements).join('');
}

/** Those of several inputs share what they need; their steps are counted on. */
export function preparationCode(preparations: readonly Preparation[], dialect: Dialect): PreparationCode {
  let number = 0;
  const parts = preparations.map((preparation) => {
    const shapes = preparationShapes(preparation);
    return preparation.steps.map((transform, index) => {
      const place = { step: ++number, dialect };
      return isByRows(transform)
        ? writtenRows(transform, shapes[index], place)
        : writtenWhole(transform, shapes[index], place);
    });
  });
  const steps = parts.flat();
  const functions = withNeeds(steps.flatMap(({ code }) => code.functions));
  const headers = [...steps.map(({ code }) => code), ...functions].flatMap((one) => one.headers ?? []);
  const clears = steps.some(({ code }) => 'state' in code && code.state !== '');
  return {
    definitions: [
      ...steps.map(({ code }) => code.constants),
      ...functions.map((one) => one.text(dialect)),
      ...steps.map(({ definition }) => definition),
    ]
      .filter((text) => text !== '')
      .join('\n'),
    steps: parts,
    headers: LIBRARY_HEADERS.filter((header) => headers.includes(header) || (clears && header === 'string')),
  };
}

/** The files of `prepare_input`; a preparation without steps leaves the values as they are. */
export function prepareInputFiles(preparation: Preparation, extension: SourceExtension): FirmwareFile[] {
  const ends = preparedEnds(preparation);
  const { definitions, steps, headers } = preparationCode(
    ends.map((end) => end.preparation),
    CPP,
  );
  const functions = ends.map(({ variable }, index) => {
    const statements = statementsOf(steps[index]);
    return `void prepare_${variable}(float* values) {
${statements === '' ? '  static_cast<void>(values);\n' : statements}}
`;
  });
  return [
    { path: 'prepare_input.h', text: headerText(ends) },
    {
      path: `prepare_input.${extension}`,
      text: `${generatedNotice(PURPOSE)}
#include "prepare_input.h"
${headers.length === 0 ? '' : `\n${headers.map((name) => `#include <c${name}>\n`).join('')}`}
namespace {

${definitions}
}  // namespace

${functions.join('\n')}`,
    },
  ];
}
