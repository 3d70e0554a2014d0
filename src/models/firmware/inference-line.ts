/** What firmware prints of each inference: of both kinds, with an interpreter and without. */

/** One line, as far as it tells. Names and classes are foreign text. */
export interface InferenceLine {
  /** Number of the stored sample; absent where the firmware prints none. */
  readonly sample?: number;
  /** Where the model has an input of one value. */
  readonly input?: number;
  /** Values of outputs by their names: `output`, `output2`, `output_energy`, `output_energy_2`, `error`. */
  readonly outputs: Readonly<Record<string, number>>;
  /** Of outputs among several that decide between classes: the class that won, by the name of the output. */
  readonly labels?: Readonly<Record<string, string>>;
  /** The class that won, by its label or its number. */
  readonly label?: string;
  readonly score?: number;
  readonly anomaly?: boolean;
}

/** A number as firmware prints it, for patterns. */
export const REAL_NUMBER = String.raw`-?(?:\d+(?:\.\d+)?|\d*\.\d+)(?:e[+-]?\d+)?`;
const SAMPLE = /^sample (\d{1,9}):\s*(.*)$/;
const INPUT = new RegExp(String.raw`^input (${REAL_NUMBER})\s*(.*)$`, 'i');
const ERROR = new RegExp(`^error (${REAL_NUMBER}), (an anomaly|normal)$`, 'i');
const OUTPUT = new RegExp(
  String.raw`^(output(?= )|output_\w+(?=:)):?((?: ${REAL_NUMBER})+)(?: \((.{1,64}?)\)(?= output_|$))?\s*(.*)$`,
  'i',
);
const CLASS = new RegExp(String.raw`^(?:class (\d+)|(.+)): (${REAL_NUMBER})$`, 'i');

function outputsOf(text: string): Pick<InferenceLine, 'outputs' | 'labels'> | undefined {
  const outputs: Record<string, number> = {};
  const labels: Record<string, string> = {};
  for (let rest = text; rest !== ''; ) {
    const match = OUTPUT.exec(rest);
    if (match === null) return undefined;
    const [, name, values, label, more] = match;
    if (label !== undefined) labels[name] = label;
    const numbers = values.trim().split(' ').map(Number);
    if (numbers.length === 1) outputs[name] = numbers[0];
    else for (const [place, number] of numbers.entries()) outputs[`${name}_${place}`] = number;
    rest = more;
  }
  return { outputs, ...(Object.keys(labels).length === 0 ? {} : { labels }) };
}

/** `sample 3: input 1.5 output 0.9`, `sample 3: yes: 0.98`: of C without an interpreter. */
function parseSentence(text: string): InferenceLine | undefined {
  const [, sample, said] = SAMPLE.exec(text) ?? [];
  if (sample === undefined) return undefined;
  const [, input, rest = said] = INPUT.exec(said) ?? [];
  const head = { sample: Number(sample), ...(input === undefined ? {} : { input: Number(input) }) };
  const [, error, verdict] = ERROR.exec(rest) ?? [];
  if (error !== undefined) {
    return { ...head, outputs: { error: Number(error) }, anomaly: verdict === 'an anomaly' };
  }
  const outputs = outputsOf(rest);
  if (outputs !== undefined) return rest === '' ? undefined : { ...head, ...outputs };
  const [, number, label, score] = CLASS.exec(rest) ?? [];
  return score === undefined
    ? undefined
    : { ...head, outputs: {}, label: number ?? label, score: Number(score) };
}

const PAIR = new RegExp(String.raw`^([^\s,:]+):(${REAL_NUMBER})$`, 'i');
const OUTPUT_NAME = /^output(?:\d+|_\w+)?$/;
/** `output_gait=walk`: the class of an output among several, with its score. */
const OUTPUT_CLASS = /^(output_\w+)=(.{1,64})$/;

/** `input:1.5⇥output:0.9`, `yes:0.98`: firmware of TensorFlow Lite Micro, for the Serial Plotter. */
function parsePairs(text: string): InferenceLine | undefined {
  const pairs = text.split('\t').map((part) => PAIR.exec(part));
  const outputs: Record<string, number> = {};
  const labels: Record<string, string> = {};
  let rest: { input?: number; label?: string; score?: number; anomaly?: boolean } = {};
  for (const pair of pairs) {
    if (pair === null) return undefined;
    const [, name, value] = pair;
    const number = Number(value);
    if (name === 'input') rest = { ...rest, input: number };
    else if (name === 'anomaly') rest = { ...rest, anomaly: number !== 0 };
    else if (OUTPUT_NAME.test(name) || name === 'error') outputs[name] = number;
    else if (OUTPUT_CLASS.test(name)) {
      const [, output, label] = OUTPUT_CLASS.exec(name) ?? [];
      labels[output] = label;
    } else if (rest.label !== undefined) return undefined;
    else {
      const [, digits] = /^class(\d+)$/.exec(name) ?? [];
      rest = { ...rest, label: digits ?? name, score: number };
    }
  }
  return { ...rest, outputs, ...(Object.keys(labels).length === 0 ? {} : { labels }) };
}

/** Undefined for every other line. Bounded work, whatever the line holds. */
export function parseInferenceLine(line: string): InferenceLine | undefined {
  const text = line.trim();
  if (text === '' || text.length > 1024) return undefined;
  return parseSentence(text) ?? parsePairs(text);
}
