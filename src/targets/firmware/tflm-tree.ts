/** A folder for TFLM's own make and bazel, and for CMake: an application, a test, and the files that build them. */

import { ALIGNMENT } from '../../core/alignment.ts';
import { bazelBuild, cmakeLists, makefileInclude } from './build-files.ts';
import { commonFiles } from './common-files.ts';
import type { Firmware, FirmwareFile } from './firmware.ts';
import { inferenceFunction, readSampleFunctions } from './inference.ts';
import { interpreterHeaders, interpreterStatements, opensAnew } from './interpreter-code.ts';
import { namedInputs } from './names.ts';
import {
  arenaParagraph,
  kernelParagraph,
  modelTable,
  readFunctionNames,
  selfTestParagraph,
  statesParagraph,
} from './readme-facts.ts';
import { EDITABLE_NOTICE, generatedNotice } from './source-file.ts';
import { answerFunctions, type ListeningFirmware, listens, sensorPlace } from './streams/listening-code.ts';
import { sensorFiles } from './streams/sensors/sensor.ts';
import { stdinSensor } from './streams/sensors/stdin-sensor.ts';

/** `open_model`: what the application and the test both do before the first inference. */
function openModelFiles(firmware: Firmware): FirmwareFile[] {
  const anew = opensAnew(firmware);
  const notice = generatedNotice('The interpreter of the model, ready to run.');
  return [
    {
      path: 'open_model.h',
      text: `${notice}
#ifndef OPEN_MODEL_H_
#define OPEN_MODEL_H_

namespace tflite {
class MicroInterpreter;
}

// Makes the interpreter${anew ? ', anew at every call' : ' at the first call'}. nullptr, after a message, where the model cannot run.
tflite::MicroInterpreter* open_model();

#endif  // OPEN_MODEL_H_
`,
    },
    {
      path: 'open_model.cc',
      text: `${notice}
#include "open_model.h"

#include <cstdint>
${anew ? '#include <new>\n' : ''}
#include "model_data.h"
#include "model_settings.h"
#include "op_resolver.h"
${interpreterHeaders(firmware, '#include "tensorflow/lite/micro/micro_log.h"\n')}#include "tensorflow/lite/schema/schema_generated.h"

namespace {

alignas(${ALIGNMENT}) uint8_t tensor_arena[kTensorArenaSize];

}  // namespace

tflite::MicroInterpreter* open_model() {
  const tflite::Model* model = tflite::GetModel(${firmware.arrayName});
  if (model->version() != TFLITE_SCHEMA_VERSION) {
    MicroPrintf("The model has schema version %d, the library reads %d", static_cast<int>(model->version()),
                TFLITE_SCHEMA_VERSION);
    return nullptr;
  }

  static OpResolver resolver;
  static const TfLiteStatus registered = register_operators(resolver);
  if (registered != kTfLiteOk) {
    MicroPrintf("The library refused one of the model's operators");
    return nullptr;
  }

${interpreterStatements(firmware)}  ${anew ? '' : 'static '}const TfLiteStatus allocated = interpreter.AllocateTensors();
  if (allocated != kTfLiteOk) {
    MicroPrintf("AllocateTensors() failed with an arena of %d bytes (kTensorArenaSize in model_settings.h)",
                kTensorArenaSize);
    return nullptr;
  }
  return &interpreter;
}
`,
    },
  ];
}

function sampleFunctions(firmware: Firmware): string {
  return `${readSampleFunctions(firmware)}
// Reads a sample, runs the model on it, and prints what it says. False when Invoke() fails.
${inferenceFunction(firmware)}`;
}

const OPEN_AGAIN = `  // As it begins, which it no longer is.
  interpreter = open_model();
  if (interpreter == nullptr) return 1;
`;

const RUN_SAMPLES = `  for (int sample = 0; sample < kVectorCount; ++sample) {
    if (!run_inference(*interpreter, sample)) return 1;
  }
`;

function listenStatements({ isStateful }: ListeningFirmware): string {
  return `  if (!reset_stream(${isStateful ? '*interpreter' : ''})) return 1;
  if (!sensor_begin()) {
    print_line("the sensor does not answer");
    return 1;
  }
  float readings[STREAM_WIDTH];
  for (;;) {
    const int read = sensor_read(readings);
    tell_lost();
    if (read == SENSOR_ENDED) break;
    if (read == SENSOR_ROW && stream_push(&listening, readings) && !answer(*interpreter)) return 1;
  }
`;
}

function mainText(firmware: Firmware): string {
  const modelIo = commonFiles(firmware, 'cc').some(({ path }) => path === 'model_io.h');
  return `// ${EDITABLE_NOTICE}
//
// Checks the model on this chip, then ${listens(firmware) ? 'listens to its sensor' : 'runs it on stored samples'}.

#include "golden_vectors.h"
${modelIo ? '#include "model_io.h"\n' : ''}#include "model_settings.h"
#include "open_model.h"
${listens(firmware) ? '#include "self_test.h"\n#include "sensor.h"\n#include "stream.h"\n' : `${firmware.preparation === undefined ? '' : '#include "prepare_input.h"\n'}#include "self_test.h"\n`}
#include "tensorflow/lite/micro/micro_interpreter.h"
#include "tensorflow/lite/micro/micro_log.h"
#include "tensorflow/lite/micro/system_setup.h"
#include "text_line.h"

namespace {

void print_line(const char* line) { MicroPrintf("%s", line); }

${listens(firmware) ? answerFunctions(firmware) : sampleFunctions(firmware)}
}  // namespace

int main() {
  tflite::InitializeTarget();
  tflite::MicroInterpreter* interpreter = open_model();
  if (interpreter == nullptr) return 1;
  if (!self_test(*interpreter, print_line)) return 1;
${opensAnew(firmware) ? OPEN_AGAIN : ''}${listens(firmware) ? listenStatements(firmware) : RUN_SAMPLES}  return 0;
}
`;
}

const SELF_TEST_MAIN = `${generatedNotice('The self-test as a program: it returns 0 when every output is as it must be.')}
#include "open_model.h"
#include "self_test.h"
#include "tensorflow/lite/micro/micro_log.h"
#include "tensorflow/lite/micro/system_setup.h"

namespace {

void print_line(const char* line) { MicroPrintf("%s", line); }

}  // namespace

int main() {
  tflite::InitializeTarget();
  tflite::MicroInterpreter* interpreter = open_model();
  if (interpreter == nullptr || !self_test(*interpreter, print_line)) return 1;
  // What TFLM's test scripts look for.
  MicroPrintf("~~~ALL TESTS PASSED~~~");
  return 0;
}
`;

function editableParagraph(firmware: Firmware): string {
  return listens(firmware)
    ? `\`main.cc\` listens: readings come from \`sensor.cc\`, which takes the standard input; put your own sensor there. These files
and \`sensor.h\` are kept when you export the model again. The others are written anew.`
    : `Put your own reading into ${readFunctionNames(namedInputs(firmware))} of \`main.cc\`; that file is kept when you export the model again. The
others are written anew.`;
}

function readmeText(firmware: Firmware): string {
  const { arrayName } = firmware;
  return `# A model for TensorFlow Lite Micro

\`main.cc\` ${listens(firmware) ? 'listens and prints what it hears' : 'runs the model on stored samples'}; \`self_test_main.cc\` is a test that returns 0 when the outputs are right.

## Build

With make or bazel, copy this folder into a checkout of TensorFlow Lite Micro:

    cp -r . TFLM/tensorflow/lite/micro/examples/${arrayName}
    cd TFLM
    make -f tensorflow/lite/micro/tools/make/Makefile test_${arrayName}_self_test
    bazel test //tensorflow/lite/micro/examples/${arrayName}:${arrayName}_self_test

With CMake, from a tree that TFLM's own script makes:

    python3 TFLM/tensorflow/lite/micro/tools/project_generation/create_tflm_tree.py TREE
    cmake -B build -DTFLM_DIR=TREE && cmake --build build && ctest --test-dir build

Or add the \`.cc\` and \`.h\` files to your project: they need TensorFlow Lite Micro's headers and nothing else.

${selfTestParagraph(firmware)}
${kernelParagraph(firmware)}
${editableParagraph(firmware)}

## Numbers

${modelTable(firmware)}${statesParagraph(firmware)}
${arenaParagraph(firmware)}
`;
}

export function tflmTree(firmware: Firmware): FirmwareFile[] {
  const sensor = listens(firmware) ? sensorFiles('sensor.cc', stdinSensor, sensorPlace(firmware)) : [];
  const sources: FirmwareFile[] = [...commonFiles(firmware, 'cc'), ...openModelFiles(firmware), ...sensor];
  const paths = sources.map(({ path }) => path);
  return [
    { path: 'main.cc', text: mainText(firmware) },
    { path: 'self_test_main.cc', text: SELF_TEST_MAIN },
    ...sources,
    { path: 'BUILD', text: bazelBuild(firmware.arrayName, paths) },
    { path: 'Makefile.inc', text: makefileInclude(firmware.arrayName, paths) },
    { path: 'CMakeLists.txt', text: cmakeLists(firmware.arrayName, paths) },
    { path: 'README.md', text: readmeText(firmware) },
  ];
}
