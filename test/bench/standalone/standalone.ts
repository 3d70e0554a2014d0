/** C without an interpreter on an emulated Cortex-M4: instructions, memory and code, and the layer farthest from its bound. */

import { type Graph, getValue, inputShapes, type Node } from '../../../src/ir/graph.ts';
import { readTflmModel } from '../../../src/models/tflm-model.ts';
import { opOf } from '../../../src/ops/index.ts';
import { compileProgram, type Program } from '../../../src/targets/c/program.ts';
import { constantBytesOf } from '../../../src/targets/c/source-code.ts';
import { missingCortexM4 } from '../../cross/probe.ts';
import { sourcesOf } from '../../standalone/run-standalone.ts';
import { atMost, type Outcome, type Row, type Section } from '../row.ts';
import { withShared } from '../shared.ts';
import { type Emulation, emulate, emulateWhole } from './emulate.ts';
import { huffmanRows } from './huffman-rows.ts';
import { type MeasuredNetwork, STANDALONE_NETWORKS } from './networks.ts';
import type { Stretch } from './trace.ts';

const STACK_BYTES = 400;

function macsOf(graph: Graph, nodes: readonly Node[]): number {
  const macs = nodes.map((node) =>
    opOf(node.kind).macs(
      inputShapes(graph, node),
      node.outputs.map((id) => getValue(graph, id).type.shape),
    ),
  );
  return macs.reduce((sum, one) => sum + one, 0);
}

interface LayerCost extends Stretch {
  readonly title: string;
  readonly macs: number;
}

/** Of layers that multiply. */
function layerCosts({ graph, steps }: Program, { layers }: Emulation): readonly LayerCost[] {
  return steps
    .map(({ index, nodes }, step) => ({
      title: `${index} ${nodes.map(({ kind }) => kind).join(' and ')}`,
      macs: macsOf(graph, nodes),
      ...layers[step],
    }))
    .filter(({ macs }) => macs > 0);
}

const share = ({ macs, instructions }: Pick<LayerCost, 'macs' | 'instructions'>): number =>
  macs / instructions;

function layerRow(label: string, cost: LayerCost): Row {
  const { title, macs, instructions, loads } = cost;
  return {
    name: `${label}, layer ${title}: MACs an instruction`,
    value: share(cost),
    unit: '',
    how: `${macs.toLocaleString('en-US')} MACs in ${instructions.toLocaleString('en-US')} instructions, ${(loads / macs).toFixed(2)} loads a MAC`,
  };
}

/** The farthest layer from the two multiply-accumulates that one instruction can do. */
function farthest(costs: readonly LayerCost[]): string {
  const [worst] = costs.toSorted((a, b) => share(a) - share(b));
  return worst === undefined ? 'no layer multiplies' : `farthest from it: layer ${worst.title}`;
}

function rowsOf(
  { label, targets, peers }: MeasuredNetwork,
  program: Program,
  measured: Emulation,
): Outcome[] {
  const { graph, memory } = program;
  const macs = macsOf(graph, graph.nodes);
  const costs = layerCosts(program, measured);
  const row = (what: string, value: number, unit: string, target: number | undefined, how: string): Row => ({
    name: `${label}: ${what}`,
    value,
    unit,
    ...(target === undefined ? {} : { target: atMost(target) }),
    how,
  });
  const shares = `${macs.toLocaleString('en-US')} MACs, ${(macs / measured.instructions).toFixed(2)} an instruction, where two is the bound`;
  return [
    row(
      'instructions of one inference',
      measured.instructions,
      '',
      targets.instructions,
      `${peers}; ${shares}; ${farthest(costs)}`,
    ),
    row(
      'RAM besides input, output and stack',
      memory.bytes,
      'B',
      targets.ram,
      `lower bound of these steps ${memory.lowerBound} B`,
    ),
    row(
      'code without constants',
      measured.codeBytes,
      'B',
      targets.code,
      `arm-none-eabi-gcc -O2; constants ${constantBytesOf(program).toLocaleString('en-US')} B`,
    ),
    row('stack', measured.stackBytes, 'B', STACK_BYTES, 'painted before the call'),
    ...costs.map((cost) => layerRow(label, cost)),
  ];
}

/** What `--optimize` gains, against the program that is balanced. */
function goalRows({ label }: MeasuredNetwork, graph: Graph, balanced: Program, measured: Emulation): Row[] {
  const flashOf = (program: Program, { codeBytes }: Pick<Emulation, 'codeBytes'>): number =>
    codeBytes + constantBytesOf(program);
  const size = compileProgram(graph, { optimize: 'size' });
  const small = emulateWhole(size, sourcesOf(size), '-Os');
  const speed = compileProgram(graph, { optimize: 'speed' });
  const fast = emulateWhole(speed, sourcesOf(speed), '-O3');
  return [
    {
      name: `${label}, for size: code and constants`,
      value: flashOf(size, small),
      unit: 'B',
      target: atMost(flashOf(balanced, measured)),
      how: `-Os; ${small.codeBytes.toLocaleString('en-US')} B of it code, ${size.memory.bytes.toLocaleString('en-US')} B of RAM, stack ${small.stackBytes} B, ${small.instructions.toLocaleString('en-US')} instructions`,
    },
    {
      name: `${label}, for speed: instructions of one inference`,
      value: fast.instructions,
      unit: '',
      target: atMost(measured.instructions),
      how: `-O3; code ${fast.codeBytes.toLocaleString('en-US')} B, with constants ${flashOf(speed, fast).toLocaleString('en-US')} B; ${speed.memory.bytes.toLocaleString('en-US')} B of RAM, stack ${fast.stackBytes} B`,
    },
  ];
}

function networkRows(network: MeasuredNetwork): () => Promise<Outcome[]> {
  const name = `${network.label}: instructions of one inference`;
  return withShared(name, async () => {
    const missing = missingCortexM4();
    if (missing !== '') return [{ name, why: missing }];
    const { graph } = readTflmModel(await network.model());
    const program = compileProgram(graph);
    const measured = await emulate(program, sourcesOf(program), '-O2');
    return [...rowsOf(network, program, measured), ...goalRows(network, graph, program, measured)];
  });
}

export const standalone: Section = {
  ...Object.fromEntries(
    Object.entries(STANDALONE_NETWORKS).map(([name, network]) => [name, networkRows(network)]),
  ),
  huffman: huffmanRows,
};
