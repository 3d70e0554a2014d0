/** The libraries that firmware is built with: how they are named, included and installed. */

import type { ArenaTarget } from '../../planner/arena-plan.ts';
import { LIBRARY_NAMES } from '../tflm/operators.ts';

const BUILD_TITLES: Readonly<Record<ArenaTarget, string>> = {
  'cortex-m-reference': `${LIBRARY_NAMES.tflm} on a Cortex-M, reference kernels`,
  'cortex-m-cmsis-nn': `${LIBRARY_NAMES.tflm} on a Cortex-M, CMSIS-NN kernels`,
  'x86-64': `${LIBRARY_NAMES.tflm} on x86-64, reference kernels`,
  'arduino-tflm': `${LIBRARY_NAMES['arduino-tflm']} 2.4.0-ALPHA on a Cortex-M`,
  chirale: `${LIBRARY_NAMES.chirale} 2.0.0 on a Cortex-M`,
};

export function buildTitle(target: ArenaTarget): string {
  return BUILD_TITLES[target];
}

/** Libraries for the Arduino IDE. */
export const ARDUINO_LIBRARIES = ['chirale', 'arduino-tflm'] as const;
/** One of `ARDUINO_LIBRARIES`. */
export type ArduinoLibrary = (typeof ARDUINO_LIBRARIES)[number];

export interface ArduinoLibraryFacts {
  /** As the library names itself. */
  readonly name: string;
  readonly version: string;
  /** The header that makes the Arduino builder find the library. */
  readonly header: string;
  /** Markdown. */
  readonly install: string;
  readonly boards: string;
}

/** What there is to say of each. */
export const ARDUINO_LIBRARY_FACTS: Readonly<Record<ArduinoLibrary, ArduinoLibraryFacts>> = {
  chirale: {
    name: LIBRARY_NAMES.chirale,
    version: '2.0.0',
    header: 'Chirale_TensorFlowLite.h',
    install: `In the Arduino IDE: Tools > Manage Libraries, search for \`Chirale_TensorFLowLite\`, install version 2.0.0. Or:

    arduino-cli lib install Chirale_TensorFLowLite@2.0.0`,
    boards: 'Boards with a Cortex-M and the mbed core: Nano 33 BLE, Nicla, Portenta H7, Giga R1.',
  },
  'arduino-tflm': {
    name: LIBRARY_NAMES['arduino-tflm'],
    version: '2.4.0-ALPHA',
    header: 'TensorFlowLite.h',
    install: `It is not in the Library Manager. Clone it into the folder \`libraries\` of your sketchbook:

    git clone https://github.com/tensorflow/tflite-micro-arduino-examples Arduino_TensorFlowLite`,
    boards: 'Nano 33 BLE and Nano 33 BLE Sense; the library prints nothing on other boards.',
  },
};
