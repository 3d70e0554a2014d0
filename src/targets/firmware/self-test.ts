/** `self_test`: runs the golden vectors on the chip, compares every output byte, and prints one line. */

import { type Firmware, type FirmwareFile, isProven } from './firmware.ts';
import { opensAnew } from './interpreter-code.ts';
import { type NamedTensor, namedInputs, namedOutputs } from './names.ts';
import {
  COMPARE_OUTPUTS,
  closeComparison,
  EXACT,
  elementComparison,
  GOLDEN_BYTES,
  REPORT,
  REPORT_ERROR,
  type SelfTestState,
  selfTest,
  unprovenSelfTest,
  WRITE_INPUTS,
} from './self-test-code.ts';
import { generatedNotice, type SourceExtension } from './source-file.ts';

const TITLE = 'Compares the outputs on this chip with the golden vectors.';
const UNPROVEN_TITLE = 'Runs the model on this chip; what it must give is not known.';

const PROVEN_ABOUT = `// Runs every golden vector through an interpreter whose tensors are allocated, and prints one line, which
// "tinyml verify" reads. True when every output is as it must be. Inputs and outputs hold the last vector afterwards.`;
const UNPROVEN_ABOUT = `// Runs every stored input through an interpreter whose tensors are allocated, and prints one line. True when each ran.
// tinyml does not know every output value of this model, so nothing says whether the outputs are right.`;

const OPENED_AGAIN = `
// The model does not begin again as it did at first: open it anew before you use it.`;

function stateOf(firmware: Firmware): SelfTestState {
  return { isStateful: firmware.isStateful, anew: opensAnew(firmware) };
}

function headerText(firmware: Firmware): string {
  const proven = isProven(firmware);
  return `${generatedNotice(proven ? TITLE : UNPROVEN_TITLE)}
#ifndef SELF_TEST_H_
#define SELF_TEST_H_

namespace tflite {
class MicroInterpreter;
}

${proven ? PROVEN_ABOUT : UNPROVEN_ABOUT}${opensAnew(firmware) ? OPENED_AGAIN : ''}
bool self_test(tflite::MicroInterpreter& interpreter, void (*print_line)(const char* line));

#endif  // SELF_TEST_H_
`;
}

function tableRow({ golden }: NamedTensor): string {
  return `    {${golden}, sizeof(${golden}[0]), sizeof(${golden}[0][0])},\n`;
}

function tables(firmware: Firmware, outputs: readonly NamedTensor[]): string {
  const rows = (tensors: readonly NamedTensor[]): string => tensors.map(tableRow).join('');
  const isCompared = outputs.length > 0;
  return `// The golden values of one tensor: vectors follow one another.
struct GoldenTensor {
  const void* values;
  size_t vector_bytes;
  size_t element_bytes;
};

const GoldenTensor kInputs[] = {
${rows(namedInputs(firmware))}};
${isCompared ? `\nconst GoldenTensor kOutputs[] = {\n${rows(outputs)}};\n` : ''}
constexpr size_t kInputCount = sizeof(kInputs) / sizeof(kInputs[0]);
${isCompared ? 'constexpr size_t kOutputCount = sizeof(kOutputs) / sizeof(kOutputs[0]);\n' : ''}`;
}

function provenBody(firmware: Firmware): { readonly local: readonly string[]; readonly test: string } {
  const outputs = namedOutputs(firmware);
  return {
    local: [
      tables(firmware, outputs),
      firmware.bitExact ? EXACT : closeComparison(outputs),
      GOLDEN_BYTES,
      elementComparison(outputs, firmware.bitExact),
      WRITE_INPUTS,
      COMPARE_OUTPUTS,
      REPORT_ERROR,
      REPORT,
    ],
    test: selfTest(stateOf(firmware)),
  };
}

function unprovenBody(firmware: Firmware): ReturnType<typeof provenBody> {
  return {
    local: [tables(firmware, []), GOLDEN_BYTES, WRITE_INPUTS, REPORT_ERROR],
    test: unprovenSelfTest(stateOf(firmware)),
  };
}

export function selfTestFiles(firmware: Firmware, extension: SourceExtension): FirmwareFile[] {
  const proven = isProven(firmware);
  const { local, test } = proven ? provenBody(firmware) : unprovenBody(firmware);
  return [
    { path: 'self_test.h', text: headerText(firmware) },
    {
      path: `self_test.${extension}`,
      text: `${generatedNotice(proven ? TITLE : UNPROVEN_TITLE)}
#include "self_test.h"

${proven && !firmware.bitExact ? '#include <cmath>\n' : ''}#include <cstddef>
#include <cstdint>
#include <cstring>

#include "golden_vectors.h"
#include "tensorflow/lite/micro/micro_interpreter.h"
#include "text_line.h"

namespace {

${local.join('\n')}
}  // namespace

${test}`,
    },
  ];
}
