/** The parts of `self_test` that are the same for every model, in C++. */

import { elementBytes } from '../../core/tensor.ts';
import type { FirmwareTensor } from './firmware.ts';
import { SELF_TEST_WORD } from './self-test-line.ts';

/**
 * How far a float32 output may lie from the recorded one, relative to its size, or to 1 where it is smaller. Compilers
 * for the Cortex-M4 fuse multiplications and additions; hello_world_float differs by 2e-6 there.
 */
export const FLOAT_TOLERANCE = '1.0e-5f';

/** Where the model computes in float, some outputs of integers are as wide as one. */
function isMixed(outputs: readonly FirmwareTensor[]): boolean {
  return outputs.some(
    ({ element }) => element !== 'float32' && elementBytes(element) === elementBytes('float32'),
  );
}

function floatTable(outputs: readonly FirmwareTensor[]): string {
  const flags = outputs.map(({ element }) => String(element === 'float32'));
  return `// Which outputs are float.
constexpr bool kIsFloat[] = {${flags.join(', ')}};

`;
}

/** How values are compared where the arithmetic is that of integers. */
export const EXACT = `// Whether an output value is the expected one.
bool matches(const unsigned char* expected, const unsigned char* actual, size_t element_bytes) {
  return std::memcmp(expected, actual, element_bytes) == 0;
}
`;

/** How they are compared where it is float. With `mixed`, outputs of integers as wide as a float are compared exactly. */
export function closeComparison(outputs: readonly FirmwareTensor[]): string {
  const mixed = isMixed(outputs);
  const parameters = `size_t element_bytes${mixed ? ', size_t output' : ''}`;
  return `${mixed ? floatTable(outputs) : ''}// The model computes in float: a compiler may fuse a multiplication and an addition, which rounds once instead of
// twice.
constexpr float kTolerance = ${FLOAT_TOLERANCE};

// Whether an output value is the expected one, up to such rounding.
bool matches(const unsigned char* expected, const unsigned char* actual, ${parameters}) {
  if (std::memcmp(expected, actual, element_bytes) == 0) return true;
  float wanted;
  float got;
  if (${mixed ? '!kIsFloat[output]' : 'element_bytes != sizeof(wanted)'}) return false;
  std::memcpy(&wanted, expected, sizeof(wanted));
  std::memcpy(&got, actual, sizeof(got));
  const float size = std::fabs(wanted) > 1.0f ? std::fabs(wanted) : 1.0f;
  return std::fabs(wanted - got) <= kTolerance * size;
}
`;
}

/** Where a vector of a tensor lies. */
export const GOLDEN_BYTES = `const unsigned char* golden_bytes(const GoldenTensor& tensor, int vector) {
  return static_cast<const unsigned char*>(tensor.values) + static_cast<size_t>(vector) * tensor.vector_bytes;
}
`;

const VALUE_OF_TWO_BYTES = `  if (element_bytes == 2) {
    int16_t value;
    std::memcpy(&value, bytes, sizeof(value));
    return value;
  }
`;

/** Compares single elements and notes the first that differs. `matches` is told the output where it asks for it. */
export function elementComparison(outputs: readonly FirmwareTensor[], isExact: boolean): string {
  const hasTwoBytes = outputs.some(({ element }) => element === 'int16');
  const told = !isExact && isMixed(outputs) ? ', output' : '';
  return `// ${hasTwoBytes ? 'One or two bytes as they are' : 'A byte as it is'}; four bytes as the integer with the same bits, also where they are a float.
int32_t value_at(const unsigned char* bytes, size_t element_bytes) {
  if (element_bytes == 1) {
    int8_t value;
    std::memcpy(&value, bytes, sizeof(value));
    return value;
  }
${hasTwoBytes ? VALUE_OF_TWO_BYTES : ''}  int32_t value;
  std::memcpy(&value, bytes, sizeof(value));
  return value;
}

// What differs: the first place, and how many bytes in all.
struct Differences {
  int vector;
  int output;
  int index;
  int32_t expected;
  int32_t actual;
  int32_t bytes;
};

void compare_element(const unsigned char* expected, const unsigned char* actual, size_t element_bytes,
                     int vector, size_t output, size_t index, Differences* found) {
  if (matches(expected, actual, element_bytes${told})) return;
  if (found->bytes == 0) {
    found->vector = vector;
    found->output = static_cast<int>(output);
    found->index = static_cast<int>(index);
    found->expected = value_at(expected, element_bytes);
    found->actual = value_at(actual, element_bytes);
  }
  for (size_t i = 0; i < element_bytes; ++i) {
    if (expected[i] != actual[i]) ++found->bytes;
  }
}
`;
}

/** Gives the interpreter the inputs of a vector. */
export const WRITE_INPUTS = `// False where the model's inputs are not the ones that the vectors are for.
bool write_inputs(tflite::MicroInterpreter& interpreter, int vector) {
  for (size_t i = 0; i < kInputCount; ++i) {
    TfLiteTensor* tensor = interpreter.input(i);
    if (tensor == nullptr || tensor->bytes != kInputs[i].vector_bytes) return false;
    std::memcpy(tensor->data.raw, golden_bytes(kInputs[i], vector), tensor->bytes);
  }
  return true;
}
`;

/** Compares the outputs of a vector. */
export const COMPARE_OUTPUTS = `// False where the model's outputs are not the ones that the vectors are for.
bool compare_outputs(tflite::MicroInterpreter& interpreter, int vector, Differences* found) {
  for (size_t i = 0; i < kOutputCount; ++i) {
    const TfLiteTensor* tensor = interpreter.output(i);
    const GoldenTensor& golden = kOutputs[i];
    if (tensor == nullptr || tensor->bytes != golden.vector_bytes) return false;
    const unsigned char* expected = golden_bytes(golden, vector);
    const unsigned char* actual = reinterpret_cast<const unsigned char*>(tensor->data.raw);
    for (size_t at = 0; at < golden.vector_bytes; at += golden.element_bytes) {
      compare_element(expected + at, actual + at, golden.element_bytes, vector, i, at / golden.element_bytes, found);
    }
  }
  return true;
}
`;

/** The line for a step that did not succeed. */
export const REPORT_ERROR = `void add_verdict(TextLine* line, const char* verdict) {
  line->add("${SELF_TEST_WORD} ").add(verdict).add(" model=").add(kModelDigest);
}

bool report_error(int vector, const char* what, void (*print_line)(const char* line)) {
  TextLine line;
  add_verdict(&line, "ERROR");
  line.add(" vector=").add_integer(vector).add(" ").add(what);
  print_line(line.text());
  return false;
}
`;

/** The line that says PASS or FAIL. */
export const REPORT = `int32_t compared_bytes() {
  size_t bytes = 0;
  for (const GoldenTensor& output : kOutputs) bytes += output.vector_bytes;
  return static_cast<int32_t>(bytes * kVectorCount);
}

bool report(const Differences& found, void (*print_line)(const char* line)) {
  const bool passed = found.bytes == 0;
  TextLine line;
  add_verdict(&line, passed ? "PASS" : "FAIL");
  if (!passed) {
    line.add(" vector=").add_integer(found.vector).add(" output=").add_integer(found.output);
    line.add(" index=").add_integer(found.index).add(" expected=").add_integer(found.expected);
    line.add(" actual=").add_integer(found.actual).add(" mismatches=").add_integer(found.bytes);
  }
  line.add(" vectors=").add_integer(kVectorCount).add(" bytes=").add_integer(compared_bytes());
  print_line(line.text());
  return passed;
}
`;

/** What a model has to remember. `anew`: it is opened again afterwards, since a reset does not give it what it begins with. */
export interface SelfTestState {
  readonly isStateful: boolean;
  readonly anew: boolean;
}

/** Vectors are made one after another, beginning with a state that was reset; whoever comes after finds such a one. */
function resetState(isReset: boolean): string {
  if (!isReset) return '';
  return '  if (interpreter.Reset() != kTfLiteOk) return report_error(0, "reset", print_line);\n';
}

/** Runs all vectors and compares. */
export const selfTest = ({
  isStateful,
  anew,
}: SelfTestState): string => `bool self_test(tflite::MicroInterpreter& interpreter, void (*print_line)(const char* line)) {
  Differences found = {};
${resetState(isStateful)}  for (int vector = 0; vector < kVectorCount; ++vector) {
    if (!write_inputs(interpreter, vector)) return report_error(vector, "input", print_line);
    if (interpreter.Invoke() != kTfLiteOk) return report_error(vector, "invoke", print_line);
    if (!compare_outputs(interpreter, vector, &found)) return report_error(vector, "output", print_line);
  }
${resetState(isStateful && !anew)}  return report(found, print_line);
}
`;

/** Runs all inputs and compares nothing. */
export const unprovenSelfTest = ({
  isStateful,
  anew,
}: SelfTestState): string => `bool self_test(tflite::MicroInterpreter& interpreter, void (*print_line)(const char* line)) {
${resetState(isStateful)}  for (int vector = 0; vector < kVectorCount; ++vector) {
    if (!write_inputs(interpreter, vector)) return report_error(vector, "input", print_line);
    if (interpreter.Invoke() != kTfLiteOk) return report_error(vector, "invoke", print_line);
  }
${resetState(isStateful && !anew)}  TextLine line;
  add_verdict(&line, "UNPROVEN");
  line.add(" vectors=").add_integer(kVectorCount);
  print_line(line.text());
  return true;
}
`;
