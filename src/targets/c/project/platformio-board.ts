/** A project for PlatformIO, on the Arduino core; the model is a library of its own. */

import type { FirmwareFile } from '../../firmware/firmware.ts';
import { SELF_TEST_BAUD } from '../../firmware/self-test-line.ts';
import { EDITABLE_NOTICE } from '../../firmware/source-file.ts';
import { arduinoSensor } from '../../firmware/streams/sensors/arduino-sensor.ts';
import { COMPILER_LEVEL } from '../optimize.ts';
import { arduinoApplication } from './arduino-board.ts';
import { type BoardWriter, inFolder } from './board.ts';
import { purposeOf, sensorOf } from './listening.ts';
import type { StandaloneProject } from './project.ts';

/** Boards that the project knows from the start; people add theirs. */
const ENVIRONMENTS = [
  { name: 'esp32dev', platform: 'espressif32' },
  { name: 'nano33ble', platform: 'nordicnrf52' },
  { name: 'pico', platform: 'raspberrypi' },
  { name: 'nucleo_f446re', platform: 'ststm32' },
] as const;

/** What is only said in a manifest. */
function libraryFile({ program, names: { name } }: StandaloneProject): FirmwareFile[] {
  const level = COMPILER_LEVEL[program.optimize];
  if (level === undefined) return [];
  const manifest = { name, version: '1.0.0', build: { flags: [level] } };
  return [{ path: 'library.json', text: `${JSON.stringify(manifest, null, 2)}\n` }];
}

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
 * Checks the model on this board, then ${purposeOf(project)}.
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
      ...inFolder('src', sensorOf(project, 'sensor.cpp', arduinoSensor)),
      ...inFolder(`lib/${name}`, [...files, ...libraryFile(project)]),
    ],
    readme: `## Build

    pio run -e ${ENVIRONMENTS[0].name} -t upload -t monitor

Name your own board in \`platformio.ini\`. The model is the library \`lib/${name}\`, for any framework.
`,
  };
};
