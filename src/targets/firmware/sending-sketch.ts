/** Arduino sketches that send what a sensor measures, for `tinyml collect`: rows of numbers at a steady rate. */

import { checkSketchName } from './arduino-sketch.ts';
import type { FirmwareFile } from './firmware.ts';
import { SELF_TEST_BAUD } from './self-test-line.ts';
import type { SendingSensor } from './sending-sensors.ts';
import { EDITABLE_NOTICE } from './source-file.ts';

/** What a sensor needs of a sketch. */
interface SensorRow {
  /** Sentences for the comment at the top: what is sent, and what is to be installed. */
  readonly about: readonly string[];
  readonly headers: readonly string[];
  /** Constants, and functions with builtin types. */
  readonly definitions: string;
  /** Statements of `setup` behind the start of the port. */
  readonly setup: string;
  readonly loop: string;
  /** What is to be done before. */
  readonly install: string;
}

/** The sensor itself says when it has measured: no clock of the sketch is as steady. */
function imu(library: string, object: string, board: string, rate: number): SensorRow {
  return {
    about: [
      `Sends acceleration (in g) and rotation (in degrees a second) of the ${board}, as often as it measures: about ${rate}`,
      'times a second, which collect measures. Exported sketches take the mean of several for recordings with fewer.',
      `Needs the library ${library}.`,
    ],
    headers: [`${library}.h`],
    definitions: `void print_value(float value) {
  Serial.print(',');
  Serial.print(value, 3);
}
`,
    setup: `  if (!${object}.begin()) {
    Serial.println("The sensor does not answer");
    while (true) delay(1000);
  }
  Serial.println("ax,ay,az,gx,gy,gz");`,
    loop: `  float ax, ay, az, gx, gy, gz;
  if (!${object}.accelerationAvailable() || !${object}.gyroscopeAvailable()) return;
  ${object}.readAcceleration(ax, ay, az);
  ${object}.readGyroscope(gx, gy, gz);
  Serial.print(ax, 3);
  print_value(ay);
  print_value(az);
  print_value(gx);
  print_value(gy);
  print_value(gz);
  Serial.println();`,
    install: `Install the library ${library} in the Library Manager, or: arduino-cli lib install ${library}`,
  };
}

/** Its USB takes any rate; the one that is named is for those who put the text on a UART. */
const SOUND_HZ = 16_000;
const SOUND_BAUD = 1_000_000;

const SENSOR_ROWS: Readonly<
  Record<SendingSensor, SensorRow & { readonly baud: number; readonly sound?: number }>
> = {
  'imu-lsm9ds1': { ...imu('Arduino_LSM9DS1', 'IMU', 'Nano 33 BLE Sense (Rev1)', 119), baud: SELF_TEST_BAUD },
  'imu-bmi270': {
    ...imu('Arduino_BMI270_BMM150', 'IMU', 'Nano 33 BLE Sense Rev2', 100),
    baud: SELF_TEST_BAUD,
  },
  microphone: {
    about: [
      `Sends sound of the microphone of the Nano 33 BLE Sense, a number a line, ${SOUND_HZ} times a second.`,
      'What the port does not take in time is lost: "lost:N" says how many readings, and collect counts the line.',
    ],
    headers: ['PDM.h', 'stdio.h'],
    definitions: `const int kRate = ${SOUND_HZ};
const int kBuffered = 4096;  // A quarter of a second, and a power of two.

const int kTogether = 64;
const size_t kLongest = 8;  // "-32768\\n", and the end of the text.

char text[kTogether * kLongest];
short incoming[256];
volatile short buffered[kBuffered];
volatile unsigned long received = 0;
unsigned long sent = 0;

// Called from an interrupt: it copies, and prints nothing.
void on_sound() {
  const int bytes = PDM.available() < static_cast<int>(sizeof incoming) ? PDM.available() : static_cast<int>(sizeof incoming);
  const int count = PDM.read(incoming, static_cast<size_t>(bytes)) / 2;
  for (int i = 0; i < count; ++i) buffered[(received + static_cast<unsigned long>(i)) % kBuffered] = incoming[i];
  received += static_cast<unsigned long>(count);
}
`,
    setup: `  PDM.onReceive(on_sound);
  if (!PDM.begin(1, kRate)) {
    Serial.println("The microphone does not answer");
    while (true) delay(1000);
  }
  Serial.println("sound");`,
    loop: `  const unsigned long waiting = received - sent;
  if (waiting > kBuffered) {
    Serial.print("lost:");
    Serial.println(waiting);
    sent = received;
    return;
  }
  if (waiting < kTogether) return;
  // Many lines at once: USB sends a packet each time that something is written.
  size_t length = 0;
  for (int i = 0; i < kTogether; ++i, ++sent) {
    const int value = buffered[sent % kBuffered];
    length += static_cast<size_t>(snprintf(text + length, kLongest, "%d\\n", value));
  }
  Serial.write(text, length);`,
    baud: SOUND_BAUD,
    sound: SOUND_HZ,
    install: 'The library PDM comes with the boards "Arduino Mbed OS Nano Boards".',
  },
  analog: {
    about: ['Sends the readings of analog pins, 100 times a second. Change the pins and the rate below.'],
    headers: [],
    definitions: `const int kPins[] = {A0, A1, A2};
const unsigned long kPeriod = 10000;  // In microseconds.

unsigned long due = 0;
`,
    setup: '  due = micros();',
    loop: `  // Signed, since the clock begins anew after an hour and more.
  if (static_cast<long>(micros() - due) < 0) return;
  due += kPeriod;
  bool first = true;
  for (int pin : kPins) {
    if (!first) Serial.print(',');
    first = false;
    Serial.print(analogRead(pin));
  }
  Serial.println();`,
    baud: SELF_TEST_BAUD,
    install: 'It needs no library.',
  },
};

/** The command that records what it sends. */
export function collectCommand(sensor: SendingSensor): string {
  const { baud, sound } = SENSOR_ROWS[sensor];
  return `tinyml collect --label NAME${baud === SELF_TEST_BAUD ? '' : ` --baud ${baud}`}${sound === undefined ? '' : ` --sound ${sound}`}`;
}

/** A sketch for a folder of this name. Throws `bad-sketch-name`. */
export function sendingSketch(sketch: string, sensor: SendingSensor): readonly FirmwareFile[] {
  checkSketchName(sketch);
  const { about, headers, definitions, setup, loop, baud, install } = SENSOR_ROWS[sensor];
  const includes = headers.map((header) => `#include <${header}>\n`).join('');
  return [
    {
      path: `${sketch}.ino`,
      text: `// ${EDITABLE_NOTICE}
//
${about.map((line) => `// ${line}\n`).join('')}// Record it with: ${collectCommand(sensor)}

${includes}${includes === '' ? '' : '\n'}${definitions}
void setup() {
  Serial.begin(${baud});
  // Boards with USB of their own lose what is printed before somebody listens.
  while (!Serial && millis() < 4000) {
  }
${setup}
}

void loop() {
${loop}
}
`,
    },
    {
      path: 'README.md',
      text: `# ${sketch}

${about.join(' ')}

${install}

    tinyml flash ${sketch} --board arduino:mbed_nano:nano33ble
    ${collectCommand(sensor)}
`,
    },
  ];
}
