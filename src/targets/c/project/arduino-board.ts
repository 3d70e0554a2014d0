/** A sketch that needs no library. */

import { checkSketchName } from '../../firmware/arduino-sketch.ts';
import { stringLiteral } from '../../firmware/c-literal.ts';
import { SELF_TEST_BAUD } from '../../firmware/self-test-line.ts';
import { EDITABLE_NOTICE } from '../../firmware/source-file.ts';
import { arduinoSensor } from '../../firmware/streams/sensors/arduino-sensor.ts';
import { applicationCode, applicationIncludes } from './application.ts';
import type { BoardWriter } from './board.ts';
import { listens, purposeOf, sensorOf } from './listening.ts';
import type { Piece, Printing } from './printing.ts';
import type { StandaloneProject } from './project.ts';

function serialArgument(piece: Piece): string {
  if ('words' in piece) return stringLiteral(piece.words);
  if ('text' in piece) return piece.text;
  return 'real' in piece ? `${piece.real}, 4` : `(long)${piece.integer}`;
}

const SERIAL: Printing = {
  pieces: (pieces) => pieces.map((piece) => `Serial.print(${serialArgument(piece)});`),
  end: 'Serial.println();',
  line: (expression) => `Serial.println(${expression});`,
};

/** What is heard and not listened to is lost. */
const WAIT = `  // Boards with USB of their own lose what is printed before the serial monitor opens.
  while (!Serial && millis() < 4000) {
  }
`;

/** What `setup` and `loop` do, for any builder that knows the Arduino core. */
export function arduinoApplication(project: StandaloneProject): string {
  return `${applicationIncludes(project)}
${applicationCode(project, SERIAL, { pause: 'delay(1000);', nap: 'delay(1);' })}
void setup()
{
  Serial.begin(${SELF_TEST_BAUD});
${listens(project) ? WAIT : ''}}

/* Again and again, for those who open the serial monitor late. */
void loop()
{
  if (!test_and_run()) {
    delay(5000);
  }
}
`;
}

export const arduinoBoard: BoardWriter = ({ project, files }, folder) => {
  checkSketchName(folder);
  return {
    files: [
      {
        path: `${folder}.ino`,
        text: `/*
 * ${EDITABLE_NOTICE}
 *
 * Checks the model on this board, then ${purposeOf(project)}.${listens(project) ? '' : ' Needs no library.'}
 */

${arduinoApplication(project)}`,
      },
      ...sensorOf(project, 'sensor.cpp', arduinoSensor),
      ...files,
    ],
    readme: `## Run

Open \`${folder}.ino\` in the Arduino IDE, choose your board, upload, and open the serial monitor at ${SELF_TEST_BAUD} baud. Or:

    arduino-cli compile --upload -b FQBN -p PORT .
    arduino-cli monitor -p PORT -c baudrate=${SELF_TEST_BAUD}

It needs no library, and a board with 32 bits.
`,
  };
};
