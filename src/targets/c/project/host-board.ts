/** Any machine with a C compiler. */

import { measured } from '../../firmware/streams/sensors/sensor.ts';
import { stdinSensor } from '../../firmware/streams/sensors/stdin-sensor.ts';
import type { BoardWriter } from './board.ts';
import { levelInCommand } from './compiler-level.ts';
import { type ListeningProject, listens, purposeOf, sensorOf, sensorPlace } from './listening.ts';
import { mainFile } from './main-file.ts';

/** What the program reads. */
function inputOf(project: ListeningProject): string {
  return measured(sensorPlace(project)) === 'sound' ? ' < recording.wav' : ' < readings.csv';
}

export const hostBoard: BoardWriter = ({ project, files, usesMath }) => {
  const { name } = project.names;
  const sensor = sensorOf(project, 'sensor.c', stdinSensor);
  const sources = ['main.c', `${name}.c`, ...(sensor.length > 0 ? ['sensor.c'] : [])].join(' ');
  return {
    files: [
      mainFile(project, {
        purpose: `Checks the model on this machine, then ${purposeOf(project)}.`,
        entry: `int main(void)
{
  return test_and_run() ? 0 : 1;
}
`,
      }),
      ...sensor,
      ...files,
    ],
    readme: `## Build

    cc ${levelInCommand(project)}${sources}${usesMath ? ' -lm' : ''} && ./a.out${listens(project) ? inputOf(project) : ''}

On a chip, put \`${name}.c\` and the headers among the sources of your project, and call \`${name}_invoke\`. \`--board arduino\`,
\`esp-idf\`, \`pico\`, \`zephyr\` and \`platformio\` write a project around them.
`,
  };
};
