/** Weights that are mostly zeros and else few values, in flash as they are, as look-up tables and as Huffman codes. */

import { arrayRecords } from '../../../src/data/records/records.ts';
import type { Graph, Value } from '../../../src/ir/graph.ts';
import { constantBytes, workingBytes } from '../../../src/models/standalone/standalone-memory.ts';
import { readTflmModel } from '../../../src/models/tflm-model.ts';
import type { ProgramOptions } from '../../../src/targets/c/optimize.ts';
import { compileProgram, type Program } from '../../../src/targets/c/program.ts';
import { missingCortexM4 } from '../../cross/probe.ts';
import { sourcesOf } from '../../standalone/run-standalone.ts';
import { toTflite, untrainedGraph } from '../convert.ts';
import { NETWORKS, randomRecords } from '../networks.ts';
import { below, type Outcome, type Row } from '../row.ts';
import { type Emulation, emulate } from './emulate.ts';

const ZEROS = 0.7;
/** Values that are no zeros. */
const VALUES = 15;

/** The least become zeros, the others the mean of those nearest to them, of which each has as many. */
function fewValues(weights: Float32Array): Float32Array {
  const order = Array.from(weights.keys()).sort((a, b) => Math.abs(weights[a]) - Math.abs(weights[b]));
  const kept = order.slice(Math.floor(ZEROS * order.length)).sort((a, b) => weights[a] - weights[b]);
  const coded = new Float32Array(weights.length);
  for (let value = 0; value < VALUES; value++) {
    const [first, end] = [value, value + 1].map((at) => Math.floor((at * kept.length) / VALUES));
    const group = kept.slice(first, end);
    const mean = group.reduce((sum, at) => sum + weights[at], 0) / group.length;
    for (const at of group) coded[at] = mean;
  }
  return coded;
}

/** The network as pruning and clustering would leave it. */
function compressed(graph: Graph): Graph {
  const values = [...graph.values.values()].map((value): Value => {
    const { data, type } = value;
    const isWeights = data instanceof Float32Array && type.shape.length > 1;
    return isWeights ? { ...value, data: fewValues(data) } : value;
  });
  return { ...graph, values: new Map(values.map((value) => [value.id, value])) };
}

interface Form {
  readonly name: string;
  readonly program: Program;
  readonly measured: Emulation;
}

const flashOf = ({ program, measured }: Form): number => constantBytes(program) + measured.codeBytes;

function weightsOf({ steps }: Program): number {
  return steps.reduce((sum, { coded }) => sum + coded.reduce((own, { bytes }) => own + bytes, 0), 0);
}

function rowsOf(label: string, [plain, ...coded]: readonly Form[]): Row[] {
  const count = (value: number): string => value.toLocaleString('en-US');
  const flash = (form: Form): Row => ({
    name: `${label}: flash, ${form.name}`,
    value: flashOf(form),
    unit: 'B',
    ...(form.program.huffman === undefined ? {} : { target: below(flashOf(plain)) }),
    how: `constants ${count(constantBytes(form.program))} B, code ${count(form.measured.codeBytes)} B; buffer and state ${count(workingBytes(form.program))} B; ${count(form.measured.instructions)} instructions an inference`,
  });
  const decoding = coded
    .filter(({ program }) => program.huffman !== undefined)
    .map(({ name, program, measured }): Row => {
      const more = measured.instructions + measured.resetInstructions - plain.measured.instructions;
      return {
        name: `${label}: instructions for each decoded weight, ${name}`,
        value: more / weightsOf(program),
        unit: '',
        how: `${count(more)} instructions for ${count(weightsOf(program))} weights, ${count(measured.resetInstructions)} of them once`,
      };
    });
  return [...[plain, ...coded].map(flash), ...decoding];
}

/** Of one network. */
async function formsOf(name: 'cnn' | 'autoencoder'): Promise<readonly Form[]> {
  const network = NETWORKS[name];
  const options = { calibration: arrayRecords(randomRecords(8, network.input, 'calibration')) };
  const graph = compressed(untrainedGraph(network));
  const plain = readTflmModel(await toTflite(graph, options)).graph;
  const tables = readTflmModel(await toTflite(graph, { ...options, lut: 'all' })).graph;
  const form = async (title: string, of: Graph, as: ProgramOptions = {}): Promise<Form> => {
    const program = compileProgram(of, as);
    return { name: title, program, measured: await emulate(program, sourcesOf(program), '-O2') };
  };
  return [
    await form('weights as they are', plain),
    await form('look-up tables', tables),
    await form('Huffman codes decoded before each layer', plain, { huffman: 'layer' }),
    await form('Huffman codes decoded once', plain, { huffman: 'boot' }),
  ];
}

/** Flash in all forms, and what decoding costs. */
export async function huffmanRows(): Promise<Outcome[]> {
  const missing = missingCortexM4();
  const labels = {
    cnn: 'pruned and clustered CNN',
    autoencoder: 'pruned and clustered autoencoder',
  } as const;
  if (missing !== '') return [{ name: `${labels.cnn}: flash`, why: missing }];
  return [
    ...rowsOf(labels.cnn, await formsOf('cnn')),
    ...rowsOf(labels.autoencoder, await formsOf('autoencoder')),
  ];
}
