/** A project for PlatformIO, on the Arduino core; the model is a library of its own. */

import { SELF_TEST_BAUD } from '../../firmware/self-test-line.ts';
import { EDITABLE_NOTICE } from '../../firmware/source-file.ts';
import { arduinoApplication } from './arduino-board.ts';
import { type BoardWriter, inFolder } from './board.ts';

/** Boards that the project knows from the start; people add theirs. */
const ENVIRONMENTS = [
  { name: 'esp32dev', platform: 'espressif32' },
  { name: 'nano33ble', platform: 'nordicnrf52' },
  { name: 'pico', platform: 'raspberrypi' },
  { name: 'nucleo_f446re', platform: 'ststm32' },
] as const;

export const platformioBoard: BoardWriter = ({ project, files }) => {
  const { name } = project.names;
  const environments = ENVIRONMENTS.map(
    ({ name: board, platform }) => `\n[env:${board}]\nplatform = ${platform}\nboard = ${board}\n`,
  );
  return {
    files: [
      {
        path: 'src/main.cpp',
        text: `/*
 * ${EDITABLE_NOTICE}
 *
 * Checks the model on this board, then runs it on stored samples.
 */

#include <Arduino.h>

${arduinoApplication(project)}`,
      },
      {
        path: 'platformio.ini',
        text: `; ${EDITABLE_NOTICE}
[platformio]
default_envs = ${ENVIRONMENTS[0].name}

[env]
framework = arduino
monitor_speed = ${SELF_TEST_BAUD}
${environments.join('')}`,
      },
      ...inFolder(`lib/${name}`, files),
    ],
    readme: `## Build

    pio run -e ${ENVIRONMENTS[0].name} -t upload -t monitor

Name your own board in \`platformio.ini\`. The model is the library \`lib/${name}\`, for any framework.
`,
  };
};
