/** A folder that the Arduino IDE and arduino-cli build as it is: the sketch, its sources, and a README. */

import { ALIGNMENT } from '../../core/alignment.ts';
import { usageError } from '../../core/errors.ts';
import { commonFiles } from './common-files.ts';
import type { Firmware, FirmwareFile } from './firmware.ts';
import { inferenceFunction, readSampleFunctions } from './inference.ts';
import { interpreterHeaders, interpreterStatements, opensAnew } from './interpreter-code.ts';
import { ARDUINO_LIBRARY_FACTS, type ArduinoLibrary, type ArduinoLibraryFacts } from './libraries.ts';
import { modelIoFiles } from './model-io.ts';
import { namedInputs } from './names.ts';
import {
  arenaParagraph,
  modelTable,
  readFunctionNames,
  selfTestParagraph,
  statesParagraph,
} from './readme-facts.ts';
import { SELF_TEST_BAUD } from './self-test-line.ts';
import { EDITABLE_NOTICE } from './source-file.ts';
import {
  answerFunctions,
  LISTENING_HEADERS,
  type ListeningFirmware,
  listens,
  sensorPlace,
} from './streams/listening-code.ts';
import { arduinoSensor } from './streams/sensors/arduino-sensor.ts';
import { sensorFiles } from './streams/sensors/sensor.ts';

const MAX_SKETCH_NAME = 63;

/** Throws `bad-sketch-name` unless the Arduino IDE opens a folder of this name as a sketch. */
export function checkSketchName(name: string): void {
  const hint = 'Sketch folders start with a letter or digit, followed by letters, digits, "_", "-" and ".".';
  if (name.length > MAX_SKETCH_NAME) {
    throw usageError(
      'bad-sketch-name',
      `The folder name ${JSON.stringify(name)} is longer than the ${MAX_SKETCH_NAME} characters that Arduino takes.`,
      hint,
    );
  }
  if (/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(name) && !name.endsWith('.')) return;
  throw usageError(
    'bad-sketch-name',
    `The folder name ${JSON.stringify(name)} is none that Arduino takes for a sketch.`,
    hint,
  );
}

function sampleFunctions(firmware: Firmware): string {
  return `${readSampleFunctions(firmware)}
// Reads a sample, runs the model on it, and prints what it says. False when Invoke() fails.
${inferenceFunction(firmware)}`;
}

const RUN_SAMPLE = `  if (!run_inference(*ready_interpreter, sample)) print_line("Invoke() failed");
  if (++printed == 10) {
    print_line(verdict.text());
    printed = 0;
  }
  sample = (sample + 1) % kVectorCount;
  delay(1000);
`;

/** One interpreter for the whole sketch. */
function openFunction(firmware: Firmware): string {
  return `// Makes the interpreter${opensAnew(firmware) ? ', anew at every call' : ' at the first call'}. nullptr, with a problem, where the model cannot run.
tflite::MicroInterpreter* open_model() {
  const tflite::Model* model = tflite::GetModel(${firmware.arrayName});
  if (model->version() != TFLITE_SCHEMA_VERSION) {
    problem.add("The model has schema version ").add_integer(static_cast<int32_t>(model->version()));
    problem.add(", the library reads ").add_integer(TFLITE_SCHEMA_VERSION);
    return nullptr;
  }

  static OpResolver resolver;
  static const TfLiteStatus registered = register_operators(resolver);
  if (registered != kTfLiteOk) {
    problem.add("The library refused one of the model's operators");
    return nullptr;
  }

${interpreterStatements(firmware)}  if (interpreter.AllocateTensors() != kTfLiteOk) {
    problem.add("AllocateTensors() failed with an arena of ").add_integer(kTensorArenaSize);
    problem.add(" bytes (kTensorArenaSize in model_settings.h)");
    return nullptr;
  }
  return &interpreter;
}
`;
}

function listenFunctions(firmware: ListeningFirmware): string {
  return `${answerFunctions(firmware)}
// Takes what the sensor has. False when Invoke() fails.
bool listen(tflite::MicroInterpreter& interpreter) {
  static uint32_t rows = 0;
  float readings[STREAM_WIDTH];
  while (sensor_read(readings) == SENSOR_ROW) {
    if (stream_push(&listening, readings) && !answer(interpreter)) return false;
    // Every ten seconds.
    if (static_cast<float>(++rows) >= 10.0f * STREAM_RATE) {
      print_line(verdict.text());
      rows = 0;
    }
  }
  tell_lost();
  return true;
}
`;
}

function beginListening({ isStateful }: ListeningFirmware): string {
  return `  if (!reset_stream(${isStateful ? '*interpreter' : ''}) || !sensor_begin()) {
    problem.add("The sensor does not answer");
    return;
  }
`;
}

const OPEN_AGAIN = `
  // As it begins, which it no longer is.
  interpreter = open_model();
  if (interpreter == nullptr) return;
`;

const LISTEN = `  if (!listen(*ready_interpreter)) print_line("Invoke() failed");
  delay(1);
`;

/**
 * Only plain functions with builtin types before `setup`: the Arduino builder puts declarations of all functions in front
 * of the first one.
 */
function sketchText(firmware: Firmware, { header, name, version }: ArduinoLibraryFacts): string {
  const modelIo = modelIoFiles(firmware, 'cpp').length > 0;
  return `// ${EDITABLE_NOTICE}
//
// Needs the library ${name} ${version}; see README.md.

#include <${header}>
${opensAnew(firmware) ? '#include <new>\n' : ''}
#include "golden_vectors.h"
#include "model.h"
${modelIo ? '#include "model_io.h"\n' : ''}#include "model_settings.h"
#include "op_resolver.h"
${listens(firmware) || firmware.preparation === undefined ? '' : '#include "prepare_input.h"\n'}#include "self_test.h"
${listens(firmware) ? LISTENING_HEADERS : ''}${interpreterHeaders(firmware)}#include "tensorflow/lite/schema/schema_generated.h"
#include "text_line.h"

alignas(${ALIGNMENT}) static uint8_t tensor_arena[kTensorArenaSize];

// Set once everything is ready.
static tflite::MicroInterpreter* ready_interpreter = nullptr;

// Why nothing runs, repeated in loop() for those who open the serial monitor late.
static TextLine problem;

// What the self-test said, repeated for them too.
static TextLine verdict;

void print_line(const char* line) { Serial.println(line); }

void print_verdict(const char* line) {
  print_line(line);
  // Plotters skip a line that begins with a name without a value.
  verdict.add("setup: ").add(line);
}

${openFunction(firmware)}
${listens(firmware) ? listenFunctions(firmware) : sampleFunctions(firmware)}
void setup() {
  Serial.begin(${SELF_TEST_BAUD});
  // Boards with USB of their own lose what is printed before the serial monitor opens.
  while (!Serial && millis() < 4000) {
  }

  tflite::MicroInterpreter* interpreter = open_model();
  if (interpreter == nullptr) return;

  if (!self_test(*interpreter, print_verdict)) {
    problem.add("The self-test failed: this build does not compute what the model means");
    return;
  }
${opensAnew(firmware) ? OPEN_AGAIN : ''}${listens(firmware) ? beginListening(firmware) : ''}  ready_interpreter = interpreter;
}

void loop() {
${listens(firmware) ? '' : '  static int sample = 0;\n  static int printed = 0;\n'}  if (ready_interpreter == nullptr) {
    if (verdict.text()[0] != '\\0') print_line(verdict.text());
    print_line(problem.text());
    delay(5000);
    return;
  }
${listens(firmware) ? LISTEN : RUN_SAMPLE}}
`;
}

function samplesParagraph(firmware: Firmware, sketch: string): string {
  return `Then \`loop()\` runs the model on stored samples, one a second, and prints values that the Serial Plotter draws; after every
ten it repeats that line. Put your own reading into ${readFunctionNames(namedInputs(firmware))} of
\`${sketch}.ino\`; that file is kept when you export the model again. The others are written anew.`;
}

function listeningParagraph(sketch: string): string {
  return `Then \`loop()\` listens, and prints a line where something begins to be heard; every ten seconds it repeats that line.
Readings come from \`sensor.cpp\`: see what it was written for, or put your own sensor there. It, \`sensor.h\` and
\`${sketch}.ino\` are kept when you export the model again. The others are written anew.`;
}

function readmeText(firmware: Firmware, sketch: string, library: ArduinoLibraryFacts): string {
  return `# ${sketch}

A sketch that runs a TensorFlow Lite model on an Arduino board.

## Library

${library.name} ${library.version}. ${library.install}

${library.boards}

## Run

Open \`${sketch}.ino\`, choose your board, upload, and open the serial monitor at ${SELF_TEST_BAUD} baud.

${selfTestParagraph(firmware)}

${listens(firmware) ? listeningParagraph(sketch) : samplesParagraph(firmware, sketch)}

## Numbers

${modelTable(firmware)}${statesParagraph(firmware)}
${arenaParagraph(firmware)}
`;
}

/** `sketch` is the folder's name, which the `.ino` must share. */
export function arduinoSketch(
  firmware: Firmware,
  options: { readonly sketch: string; readonly library: ArduinoLibrary },
): FirmwareFile[] {
  const { sketch, library } = options;
  checkSketchName(sketch);
  const facts = ARDUINO_LIBRARY_FACTS[library];
  return [
    { path: `${sketch}.ino`, text: sketchText(firmware, facts) },
    ...(listens(firmware) ? sensorFiles('sensor.cpp', arduinoSensor, sensorPlace(firmware)) : []),
    ...commonFiles(firmware, 'cpp'),
    { path: 'README.md', text: readmeText(firmware, sketch, facts) },
  ];
}
