/** An application for Zephyr. */

import { EDITABLE_NOTICE } from '../../firmware/source-file.ts';
import { ownSensor } from '../../firmware/streams/sensors/own-sensor.ts';
import { type BoardWriter, inFolder } from './board.ts';
import { cmakeLevel } from './compiler-level.ts';
import { purposeOf, sensorOf } from './listening.ts';
import { mainFile } from './main-file.ts';

export const zephyrBoard: BoardWriter = ({ project, files }) => {
  const { name } = project.names;
  const sensor = sensorOf(project, 'sensor.c', ownSensor);
  const main = mainFile(project, {
    purpose: `Checks the model on this chip, then ${purposeOf(project)}.`,
    headers: ['zephyr/kernel.h'],
    pauses: { pause: 'k_msleep(1000);', nap: 'k_msleep(1);' },
    entry: `int main(void)
{
  for (;;) {
    if (!test_and_run()) {
      k_msleep(5000);
    }
  }
}
`,
  });
  return {
    files: [
      ...inFolder('src', [main, ...sensor, ...files]),
      {
        path: 'CMakeLists.txt',
        text: `# ${EDITABLE_NOTICE}
cmake_minimum_required(VERSION 3.20.0)

find_package(Zephyr REQUIRED HINTS $ENV{ZEPHYR_BASE})
project(${name}_app)

target_sources(app PRIVATE src/main.c src/${name}.c${sensor.length > 0 ? ' src/sensor.c' : ''})
${cmakeLevel(project, `src/${name}.c`)}`,
      },
      {
        path: 'prj.conf',
        text: `# ${EDITABLE_NOTICE}
# printf of numbers with decimals, and the stack that it takes
CONFIG_CBPRINTF_FP_SUPPORT=y
CONFIG_MAIN_STACK_SIZE=4096
`,
      },
    ],
    readme: `## Build

    west build -b BOARD . && west flash
`,
  };
};
