/** `main.c` for boards that have the standard output of C. */

import { stringLiteral } from '../../firmware/c-literal.ts';
import type { FirmwareFile } from '../../firmware/firmware.ts';
import { EDITABLE_NOTICE } from '../../firmware/source-file.ts';
import { applicationCode, applicationIncludes } from './application.ts';
import type { Pauses, Piece, Printing } from './printing.ts';
import type { StandaloneProject } from './project.ts';

/** What printf's format says of a piece, and the argument that goes with it. */
function formatted(piece: Piece): readonly [string, string?] {
  if ('words' in piece) return [piece.words.replaceAll('%', '%%')];
  if ('text' in piece) return ['%s', piece.text];
  if ('real' in piece) return ['%.4f', `(double)${piece.real}`];
  return ['%ld', `(long)${piece.integer}`];
}

const STDIO: Printing = {
  pieces(pieces) {
    const parts = pieces.map(formatted);
    const format = stringLiteral(parts.map(([text]) => text).join(''));
    const values = parts.flatMap(([, value]) => (value === undefined ? [] : [value]));
    return [`printf(${[format, ...values].join(', ')});`];
  },
  end: 'printf("\\n");',
  line: (expression) => `printf("%s\\n", ${expression});`,
};

/** How a board begins and goes on. */
export interface MainShape {
  /** A sentence for the comment at the top. */
  readonly purpose: string;
  /** Headers of the board. */
  readonly headers?: readonly string[];
  readonly pauses?: Pauses;
  /** The function that the board calls, braces included. */
  readonly entry: string;
}

export function mainFile(
  project: StandaloneProject,
  { purpose, headers = [], pauses, entry }: MainShape,
): FirmwareFile {
  const system = ['<stdio.h>', ...headers.map((header) => `"${header}"`)];
  return {
    path: 'main.c',
    text: `/*
 * ${EDITABLE_NOTICE}
 *
 * ${purpose}
 */

${system.map((header) => `#include ${header}\n`).join('')}
${applicationIncludes(project)}
${applicationCode(project, STDIO, pauses)}
${entry}`,
  };
}
