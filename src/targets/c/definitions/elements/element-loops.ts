/** Functions of elementwise operators: one loop, whatever it computes of each element. */

import type { CDefinition, CHeader, CType } from '../../c-code.ts';

interface ElementLoop {
  readonly name: string;
  /** Lines of the comment above it. */
  readonly comment: string;
  /** Parameters in front of the tensors. */
  readonly parameters?: readonly string[];
  readonly output: CType;
  readonly needs?: readonly CDefinition[];
  readonly headers?: readonly CHeader[];
}

/** A function of one tensor. */
export interface UnaryLoop extends ElementLoop {
  readonly input: CType;
  /** C of an element of the output, from `input[i]`. */
  readonly result: string;
}

/** A function of two tensors. */
export interface PairLoop extends ElementLoop {
  readonly a: CType;
  readonly b: CType;
  /** C of an element of the output, from `*a` and `*b`. */
  readonly result: string;
}

const SIGNATURE_WIDTH = 110;

/** The head of a function; on two lines where one would be long. */
export function signature(name: string, parameters: readonly string[], tensors: readonly string[]): string {
  const head = `static void ${name}(`;
  const line = `${head}${[...parameters, ...tensors].join(', ')})`;
  if (line.length <= SIGNATURE_WIDTH) return line;
  return parameters.length === 0
    ? `${head}\n    ${tensors.join(', ')})`
    : `${head}${parameters.join(', ')},\n    ${tensors.join(', ')})`;
}

function commentText(comment: string): string {
  const lines = comment.split('\n');
  return lines.length === 1 ? `/* ${comment} */` : `/*\n${lines.map((line) => ` * ${line}\n`).join('')} */`;
}

function definition(p: ElementLoop, text: string): CDefinition {
  const { name, needs = [], headers = [] } = p;
  return { name, needs, headers, text };
}

/** `NAME(parameters, input, output, count)`; the output may lie where the input does. */
export function unaryLoop(p: UnaryLoop): CDefinition {
  const tensors = [`const ${p.input} *input`, `${p.output} *output`, 'int32_t count'];
  return definition(
    p,
    `${commentText(p.comment)}
${signature(p.name, p.parameters ?? [], tensors)}
{
  int32_t i;

  for (i = 0; i < count; i++) {
    output[i] = ${p.result};
  }
}
`,
  );
}

/**
 * `NAME(parameters, a, step_a, b, step_b, output, count)`: operands advance by their steps, 0 where they are repeated. The
 * output may lie where an operand with step 1 does.
 */
export function pairLoop(p: PairLoop): CDefinition {
  const tensors = [
    ...[`const ${p.a} *a`, 'int32_t step_a'],
    ...[`const ${p.b} *b`, 'int32_t step_b'],
    ...[`${p.output} *output`, 'int32_t count'],
  ];
  return definition(
    p,
    `${commentText(p.comment)}
${signature(p.name, p.parameters ?? [], tensors)}
{
  int32_t i;

  for (i = 0; i < count; i++) {
    output[i] = ${p.result};
    a += step_a;
    b += step_b;
  }
}
`,
  );
}
