/** A step of a program as a function of its own. */

import { parametersOf, type StandaloneNames } from './standalone-names.ts';

export interface StepFunction {
  readonly definition: string;
  /** The statement that calls it. */
  readonly call: string;
}

/** The words of C. */
export function wordsOf(lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.join('\n').match(/\w+/g));
}

/** Statements as a function that takes those of the model's variables that they use. */
export function stepFunction(
  label: string,
  statements: readonly string[],
  names: StandaloneNames,
): StepFunction {
  const used = wordsOf(statements);
  const ends = parametersOf(names);
  const variables = [...names.inputs, ...names.outputs].map(({ variable }, index) => ({
    variable,
    parameter: ends[index],
  }));
  const passed = [
    { variable: 'state', parameter: `struct ${names.name}_state *state` },
    { variable: 'memory', parameter: 'int8_t *memory' },
    ...variables,
  ].filter(({ variable }) => used.has(variable));
  const parameters = passed.length === 0 ? 'void' : passed.map(({ parameter }) => parameter).join(', ');
  return {
    definition: `static WHOLE void ${label}_run(${parameters})
{
${statements.map((line) => `  ${line}`.trimEnd()).join('\n')}
}
`,
    call: `${label}_run(${passed.map(({ variable }) => variable).join(', ')});`,
  };
}
