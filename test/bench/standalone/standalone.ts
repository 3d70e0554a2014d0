/** C without an interpreter on an emulated Cortex-M4: instructions, memory and code, and the layer farthest from its bound. */

import { type Graph, getValue, inputShapes, type Node } from '../../../src/ir/graph.ts';
import { exportStandalone } from '../../../src/models/standalone/export-standalone.ts';
import { opOf } from '../../../src/ops/index.ts';
import type { Program } from '../../../src/targets/c/program.ts';
import { missingCortexM4 } from '../../cross/probe.ts';
import { atMost, type Outcome, type Row, type Section } from '../row.ts';
import { withShared } from '../shared.ts';
import { type Emulation, emulate } from './emulate.ts';
import { type MeasuredNetwork, STANDALONE_NETWORKS } from './networks.ts';

const STACK_BYTES = 400;

function macsOf(graph: Graph, node: Node): number {
  return opOf(node.kind).macs(
    inputShapes(graph, node),
    node.outputs.map((id) => getValue(graph, id).type.shape),
  );
}

/** Multiply-accumulates of each instruction, by layer; the least is farthest from the two that one can do. */
function farthest({ graph, steps }: Program, { layers }: Emulation): string {
  const shares = steps
    .map(({ node }, index) => ({ node, index, macs: macsOf(graph, node), instructions: layers[index] }))
    .filter(({ macs }) => macs > 0);
  const [worst] = shares.toSorted((a, b) => a.macs / a.instructions - b.macs / b.instructions);
  if (worst === undefined) return 'no layer multiplies';
  const { node, index, macs, instructions } = worst;
  return `farthest from it: ${index} ${node.kind}, ${(macs / instructions).toFixed(2)} in ${instructions.toLocaleString('en-US')} instructions`;
}

function rowsOf(
  { label, targets, peers }: MeasuredNetwork,
  program: Program,
  measured: Emulation,
): Outcome[] {
  const { graph, steps, memory } = program;
  const macs = steps.reduce((sum, { node }) => sum + macsOf(graph, node), 0);
  const row = (what: string, value: number, unit: string, target: number | undefined, how: string): Row => ({
    name: `${label}: ${what}`,
    value,
    unit,
    ...(target === undefined ? {} : { target: atMost(target) }),
    how,
  });
  const share = `${macs.toLocaleString('en-US')} MACs, ${(macs / measured.instructions).toFixed(2)} an instruction, where two is the bound`;
  return [
    row(
      'instructions of one inference',
      measured.instructions,
      '',
      targets.instructions,
      `${peers}; ${share}; ${farthest(program, measured)}`,
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
      `arm-none-eabi-gcc -O2; constants ${program.constants.bytes.toLocaleString('en-US')} B`,
    ),
    row('stack', measured.stackBytes, 'B', STACK_BYTES, 'painted before the call'),
  ];
}

function networkRows(network: MeasuredNetwork): () => Promise<Outcome[]> {
  const name = `${network.label}: instructions of one inference`;
  return withShared(name, async () => {
    const missing = missingCortexM4();
    if (missing !== '') return [{ name, why: missing }];
    const { program, files } = exportStandalone(await network.model(), { name: 'model' });
    return rowsOf(network, program, emulate(program, files, '-O2'));
  });
}

export const standalone: Section = Object.fromEntries(
  Object.entries(STANDALONE_NETWORKS).map(([name, network]) => [name, networkRows(network)]),
);
