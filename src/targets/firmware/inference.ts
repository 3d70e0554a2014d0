/** The part of the application that both layouts share: one inference from real numbers to a printed result. */

import { isByteDType } from '../../core/tensor.ts';
import type { Firmware } from './firmware.ts';
import { type NamedTensor, namedInputs, namedOutputs } from './names.ts';

/** Elements of a long output that are printed. */
const PRINTED = 4;

const FIELDS = { int8: 'int8', uint8: 'uint8', float32: 'f', int32: 'i32' } as const;

/** Where an input's numbers come from: the function that people replace. */
export function readSampleFunctions(firmware: Firmware): string {
  const inputs = namedInputs(firmware);
  const functions = inputs.map(
    ({ variable }) =>
      `float read_${variable}(int sample, int index) { return sample_${variable}(sample, index); }\n`,
  );
  return `// Element \`index\` of the input, as your sensor measures it. Here it is a stored test vector: put your own reading in
// its place.
${functions.join('')}`;
}

function inputLoop({ normalization }: Firmware, { element, constant, variable, index }: NamedTensor): string {
  const read = `read_${variable}(sample, i)`;
  const value = normalization === undefined ? read : `normalize_input(${read}, i)`;
  return `  TfLiteTensor* ${variable} = interpreter.input(${index});
  for (int i = 0; i < ${constant}Length; ++i) {
    ${variable}->data.${FIELDS[element]}[i] = ${isByteDType(element) ? `quantize_${variable}(${value})` : value};
  }
`;
}

function realValue({ element, variable }: NamedTensor, at: string): string {
  const stored = `${variable}->data.${FIELDS[element]}[${at}]`;
  return isByteDType(element) ? `dequantize_${variable}(${stored})` : stored;
}

function printValues(tensor: NamedTensor): string {
  const { element, length, constant, index, variable } = tensor;
  const add = element === 'int32' ? 'add_integer' : 'add_real';
  const value = realValue(tensor, 'i');
  const name = index === 0 && variable === 'output' ? 'output' : `output ${index}`;
  const bound = length > PRINTED ? String(PRINTED) : `${constant}Length`;
  const rest = length > PRINTED ? `  line.add(" ... (${length} values)");\n` : '';
  return `  line.add("  ${name}");
  for (int i = 0; i < ${bound}; ++i) line.add(" ").${add}(${value});
${rest}`;
}

function printDecision({ decision }: Firmware, output: NamedTensor): string {
  if (decision === undefined) return '';
  if (decision.kind === 'threshold') {
    return `  const float score = ${realValue(output, '0')};
  line.add("  ").add(kLabels[score > 0.5f ? 1 : 0]).add(" ").add_real(score);
`;
  }
  const { element, constant, variable } = output;
  const label = decision.labels === undefined ? 'add("class ").add_integer(best)' : 'add(kLabels[best])';
  return `  const int best = argmax(${variable}->data.${FIELDS[element]}, ${constant}Length);
  line.add("  ").${label}.add(" ").add_real(${realValue(output, 'best')});
`;
}

/** `run_inference(interpreter, sample)`: false when Invoke fails. */
export function inferenceFunction(firmware: Firmware): string {
  const inputs = namedInputs(firmware);
  const outputs = namedOutputs(firmware);
  const single = inputs.length === 1 && inputs[0].length === 1;
  const shown = single ? `.add(": input ").add_real(read_${inputs[0].variable}(sample, 0))` : '';
  return `bool run_inference(tflite::MicroInterpreter& interpreter, int sample) {
${inputs.map((tensor) => inputLoop(firmware, tensor)).join('')}  if (interpreter.Invoke() != kTfLiteOk) return false;

${outputs.map(({ variable, index }) => `  const TfLiteTensor* ${variable} = interpreter.output(${index});\n`).join('')}  TextLine line;
  line.add("sample ").add_integer(sample)${shown};
${firmware.decision === undefined ? outputs.map(printValues).join('') : printDecision(firmware, outputs[0])}  print_line(line.text());
  return true;
}
`;
}
