/** A project for the SDK of the Raspberry Pi Pico. */

import { EDITABLE_NOTICE } from '../../firmware/source-file.ts';
import { picoSensor } from '../../firmware/streams/sensors/pico-sensor.ts';
import type { BoardWriter } from './board.ts';
import { cmakeLevel } from './compiler-level.ts';
import { purposeOf, sensorOf } from './listening.ts';
import { mainFile } from './main-file.ts';

export const picoBoard: BoardWriter = ({ project, files }) => {
  const { name } = project.names;
  const sensor = sensorOf(project, 'sensor.c', picoSensor);
  return {
    files: [
      mainFile(project, {
        purpose: `Checks the model on this chip, then ${purposeOf(project)}.`,
        headers: ['pico/stdlib.h'],
        pauses: { pause: 'sleep_ms(1000);', nap: 'sleep_ms(1);' },
        entry: `int main(void)
{
  stdio_init_all();
  for (;;) {
    if (!test_and_run()) {
      sleep_ms(5000);
    }
  }
}
`,
      }),
      ...sensor,
      ...files,
      {
        path: 'CMakeLists.txt',
        text: `# ${EDITABLE_NOTICE}
cmake_minimum_required(VERSION 3.13)

if(NOT DEFINED ENV{PICO_SDK_PATH})
  message(FATAL_ERROR "Set PICO_SDK_PATH to the folder of the Pico SDK")
endif()
include($ENV{PICO_SDK_PATH}/pico_sdk_init.cmake)
project(${name}_app C CXX ASM)
pico_sdk_init()

add_executable(${name}_app main.c ${name}.c${sensor.length > 0 ? ' sensor.c' : ''})
${cmakeLevel(project, `${name}.c`)}target_link_libraries(${name}_app pico_stdlib${sensor.length > 0 ? ' hardware_adc' : ''})
pico_enable_stdio_usb(${name}_app 1)
pico_enable_stdio_uart(${name}_app 1)
pico_add_extra_outputs(${name}_app)
`,
      },
    ],
    readme: `## Build

    export PICO_SDK_PATH=…/pico-sdk
    cmake -B build -DPICO_BOARD=pico && cmake --build build

Hold BOOTSEL while you connect the board, and copy \`build/${name}_app.uf2\` to it. It prints on USB and on the UART.
`,
  };
};
