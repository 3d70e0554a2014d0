/** The part of the application that both layouts share: one inference from real numbers to a printed result. */

import { type Firmware, isReal, isStepped } from './firmware.ts';
import { sampleType } from './golden-vectors.ts';
import { type NamedTensor, namedInputs, namedOutputs } from './names.ts';
import { TENSOR_FIELDS } from './tensor-fields.ts';
import { TEXT_LINE_LENGTH } from './text-line.ts';

/** Values of one output that are printed. */
const PRINTED = 4;
/** Of all outputs together: plotters tell no more colours apart. */
const PRINTED_IN_ALL = 8;
/** Characters of a value besides the name of its output: a tab, a number of one digit behind `_`, `:`, `-2147483648.0000`. */
const LONGEST_VALUE = 20;

function readings(inputs: readonly NamedTensor[]): string {
  const which = inputs.length === 1 ? 'the' : 'an';
  return `// Element \`index\` of ${which} input, as your sensor measures it. Here it is a stored test vector: put your own reading in
// its place.
`;
}

const PREPARED = `// Element \`index\` of the input, prepared as the model was trained. Here it is a stored test vector, prepared already. Put
// your own in its place: collect kReadingLength readings in an array of kPreparationLength, call prepare_input() on it
// (prepare_input.h), and give its element here.
`;

const PREPARED_INPUTS = `// Element \`index\` of an input, prepared as the model was trained. Here it is a stored test vector, prepared already. Put
// your own in its place: prepare_input.h has for every input how many readings to collect, in an array of which length, and
// the function to call on it; give its element here.
`;

function commentOf({ preparation }: Firmware, inputs: readonly NamedTensor[]): string {
  if (preparation === undefined) return readings(inputs);
  return preparation.inputs === undefined ? PREPARED : PREPARED_INPUTS;
}

/** Where an input's numbers come from: the function that people replace. */
export function readSampleFunctions(firmware: Firmware): string {
  const inputs = namedInputs(firmware);
  const functions = inputs.map(
    (input) =>
      `${sampleType(input)} read_${input.variable}(int sample, int index) { return sample_${input.variable}(sample, index); }\n`,
  );
  return `${commentOf(firmware, inputs)}${functions.join('')}`;
}

/** Element `i` of an input as the model was trained on it. */
function inputValue({ normalization }: Firmware, input: NamedTensor): string {
  const read = `read_${input.variable}(sample, i)`;
  return normalization === undefined || !isReal(input) ? read : `normalize_input(${read}, i)`;
}

function inputLoop(firmware: Firmware, input: NamedTensor): string {
  const { element, constant, variable, index } = input;
  const value = inputValue(firmware, input);
  return `  TfLiteTensor* ${variable} = interpreter.input(${index});
  for (int i = 0; i < ${constant}Length; ++i) {
    ${variable}->data.${TENSOR_FIELDS[element]}[i] = ${isStepped(input) ? `quantize_${variable}(${value})` : value};
  }
`;
}

/** What the application makes of a value: a real number where it stands for one. */
function ownValue(output: NamedTensor, at: string): string {
  const { element, variable } = output;
  const stored = `${variable}->data.${TENSOR_FIELDS[element]}[${at}]`;
  return isStepped(output) ? `dequantize_${variable}(${stored})` : stored;
}

/** An output that is printed, and how many of its values. */
interface PrintedOutput {
  readonly output: NamedTensor;
  readonly count: number;
  /** Whether the class that wins is printed, too, of an output among several that decides. */
  readonly namesClass: boolean;
}

/** Bytes of the longest name of a class with what stands around it; 0 for an output that decides nothing. */
function longestClass({ labels, variable }: NamedTensor): number {
  if (labels === undefined) return 0;
  const bytes = labels.map((label) => new TextEncoder().encode(label).length);
  return variable.length + LONGEST_VALUE + Math.max(...bytes);
}

/** Classes first, then as many values as a line has room for. */
function printedOutputs(firmware: Firmware): PrintedOutput[] {
  let room = PRINTED_IN_ALL;
  let characters = TEXT_LINE_LENGTH;
  const outputs = namedOutputs(firmware).map((output) => {
    const namesClass = output.labels !== undefined && longestClass(output) <= characters;
    if (namesClass) characters -= longestClass(output);
    return { output, namesClass };
  });
  return outputs.flatMap(({ output, namesClass }) => {
    const longest = output.variable.length + LONGEST_VALUE;
    const count = Math.min(output.length, PRINTED, room, Math.floor(characters / longest));
    room -= count;
    characters -= count * longest;
    return count === 0 && !namesClass ? [] : [{ output, count, namesClass }];
  });
}

function addOf(tensor: NamedTensor): string {
  return isReal(tensor) ? 'add_real' : 'add_integer';
}

/** The score of the class that wins, by its name: `output_gait=walk`. */
function printClass(output: NamedTensor): string {
  const { variable, constant, element, length } = output;
  const place = `best_${variable}`;
  const begun = `line.begin_value("${variable}", ${constant}Labels[${place}])`;
  if (length > 1) {
    return `  const int ${place} = argmax(${variable}->data.${TENSOR_FIELDS[element]}, ${constant}Length);
  ${begun}.add_real(${ownValue(output, place)});
`;
  }
  const score = `score_${variable}`;
  return `  const float ${score} = ${ownValue(output, '0')};
  const int ${place} = ${score} > 0.5f ? 1 : 0;
  ${begun}.add_real(${place} == 1 ? ${score} : 1.0f - ${score});
`;
}

/** Names are `output`, `output2`, and `output_energy`, `output_energy_2` where there are several outputs. */
function printValues({ output, count, namesClass }: PrintedOutput, several: boolean): string {
  const { length, variable } = output;
  const add = addOf(output);
  const decided = namesClass ? printClass(output) : '';
  if (count === 0) return decided;
  if (length === 1) {
    return `  line.begin_value("${variable}").${add}(${ownValue(output, '0')});\n${decided}`;
  }
  const rest = count < length ? `  // The first ${count} of ${length} values.\n` : '';
  const name = several ? `${variable}_` : variable;
  return `${rest}  for (int i = 0; i < ${count}; ++i) line.begin_value("${name}", i).${add}(${ownValue(output, 'i')});\n${decided}`;
}

function printError(firmware: Firmware, output: NamedTensor): string {
  const [input] = namedInputs(firmware);
  return `  // How far the model is from giving its input again.
  float sum = 0.0f;
  for (int i = 0; i < ${input.constant}Length; ++i) {
    sum = add_squared_error(sum, ${inputValue(firmware, input)}, ${ownValue(output, 'i')});
  }
  const float error = sum / static_cast<float>(${input.constant}Length);
  line.begin_value("error").add_real(error);
  line.begin_value("anomaly").add_integer(is_anomaly(error) ? 1 : 0);
`;
}

function printDecision(firmware: Firmware, output: NamedTensor): string {
  const { decision } = firmware;
  if (decision === undefined) return '';
  if (decision.kind === 'anomaly') return printError(firmware, output);
  if (decision.kind === 'threshold') {
    return `  // Above 0.5 the model says kLabels[1], else kLabels[0], whose score is what is left to 1.
  const float score = ${ownValue(output, '0')};
  const bool above = score > 0.5f;
  line.begin_value(kLabels[above ? 1 : 0]).add_real(above ? score : 1.0f - score);
`;
  }
  const { element, constant, variable } = output;
  const name = decision.labels === undefined ? '"class", best' : 'kLabels[best]';
  return `  const int best = argmax(${variable}->data.${TENSOR_FIELDS[element]}, ${constant}Length);
  line.begin_value(${name}).add_real(${ownValue(output, 'best')});
`;
}

/**
 * `run_inference(interpreter, sample)`: false when Invoke fails. It prints one line of `name:value` with tabs between, which
 * the Serial Plotter of the Arduino IDE draws: a winning class as the name of its score.
 */
export function inferenceFunction(firmware: Firmware): string {
  const inputs = namedInputs(firmware);
  const printed = printedOutputs(firmware);
  const single = inputs.length === 1 && inputs[0].length === 1;
  const shown = single
    ? `  line.begin_value("input").${addOf(inputs[0])}(read_${inputs[0].variable}(sample, 0));\n`
    : '';
  return `bool run_inference(tflite::MicroInterpreter& interpreter, int sample) {
${inputs.map((tensor) => inputLoop(firmware, tensor)).join('')}  if (interpreter.Invoke() != kTfLiteOk) return false;

${printed.map(({ output: { variable, index } }) => `  const TfLiteTensor* ${variable} = interpreter.output(${index});\n`).join('')}  TextLine line;
${shown}${firmware.decision === undefined ? printed.map((one) => printValues(one, firmware.outputs.length > 1)).join('') : printDecision(firmware, printed[0].output)}  print_line(line.text());
  return true;
}
`;
}
