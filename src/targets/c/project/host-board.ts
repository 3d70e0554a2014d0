/** Any machine with a C compiler. */

import type { BoardWriter } from './board.ts';
import { levelInCommand } from './compiler-level.ts';
import { mainFile } from './main-file.ts';

export const hostBoard: BoardWriter = ({ project, files, usesMath }) => {
  const { name } = project.names;
  return {
    files: [
      mainFile(project, {
        purpose: 'Checks the model on this machine, then runs it on stored samples.',
        entry: `int main(void)
{
  return test_and_run() ? 0 : 1;
}
`,
      }),
      ...files,
    ],
    readme: `## Build

    cc ${levelInCommand(project)}main.c ${name}.c${usesMath ? ' -lm' : ''} && ./a.out

On a chip, put \`${name}.c\` and the headers among the sources of your project, and call \`${name}_invoke\`. \`--board arduino\`,
\`esp-idf\`, \`pico\`, \`zephyr\` and \`platformio\` write a project around them.
`,
  };
};
