/** All files of a project, in the order in which people read them. */

import type { FirmwareFile } from '../../firmware/firmware.ts';
import { headerCode } from '../header-code.ts';
import { sourceCode } from '../source-code.ts';
import type { Board } from './board.ts';
import { BOARD_WRITERS } from './boards.ts';
import { ioHeader } from './io-header.ts';
import { listens, streamFile } from './listening.ts';
import { prepareHeader } from './prepare-header.ts';
import type { StandaloneProject } from './project.ts';
import { readme } from './readme.ts';
import { testHeader } from './test-header.ts';

function modelFiles(project: StandaloneProject): FirmwareFile[] {
  const { program, names, preparation } = project;
  const { name } = names;
  return [
    { path: `${name}.h`, text: headerCode(program, names) },
    { path: `${name}.c`, text: sourceCode(program, names) },
    { path: `${name}_io.h`, text: ioHeader(project) },
    ...(preparation === undefined
      ? []
      : [{ path: `${name}_prepare.h`, text: prepareHeader(preparation, names) }]),
    ...(listens(project) ? [streamFile(project)] : []),
    { path: `${name}_test.h`, text: testHeader(project) },
  ];
}

/** `folder` is the name of the project's folder. */
export function projectFiles(project: StandaloneProject, board: Board, folder: string): FirmwareFile[] {
  const files = modelFiles(project);
  const usesMath = files.some(({ text }) => text.includes('#include <math.h>'));
  const written = BOARD_WRITERS[board]({ project, files, usesMath }, folder);
  return [
    ...written.files,
    { path: 'README.md', text: readme(project, written.files[0].path, written.readme) },
  ];
}
