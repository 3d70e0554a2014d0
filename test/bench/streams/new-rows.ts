/** What a network for words costs an answer that sees its window, and one that takes the new rows alone, on an emulated Cortex-M4. */

import { graphCost } from '../../../src/ir/graph-cost.ts';
import { workingBytes } from '../../../src/models/standalone/standalone-memory.ts';
import { streamGraph } from '../../../src/models/streaming/stream-graph.ts';
import { compileProgram } from '../../../src/targets/c/program.ts';
import { missingCortexM4 } from '../../cross/probe.ts';
import { keywordNetwork } from '../../passes/streaming/keyword-network.ts';
import { sourcesOf } from '../../standalone/run-standalone.ts';
import type { Outcome } from '../row.ts';
import { emulateWhole } from '../standalone/emulate.ts';

const CHANNELS = 64;
const BLOCKS = 3;
const NEW_ROWS = 2;

export async function newRows(): Promise<Outcome[]> {
  const name = 'words of 49 rows, 64 channels';
  const missing = missingCortexM4();
  if (missing !== '') return [{ name, why: missing }];
  const window = keywordNetwork(CHANNELS, BLOCKS);
  const streamed = streamGraph(window, NEW_ROWS);
  if (!('graph' in streamed)) throw new Error(streamed.why);
  const forms = [
    { form: 'the window', graph: window },
    { form: `${NEW_ROWS} new rows`, graph: streamed.graph },
  ];
  return forms.flatMap(({ form, graph }) => {
    const program = compileProgram(graph);
    const { instructions } = emulateWhole(program, sourcesOf(program), '-O2');
    const how = 'ds-cnn without padding along time, int8, C without an interpreter, Cortex-M4, -O2';
    return [
      { name: `${name}: an answer of ${form}`, value: instructions, unit: 'instructions', how },
      { name: `${name}: MACs of ${form}`, value: graphCost(graph).macs, unit: 'MACs', how },
      { name: `${name}: RAM of ${form}`, value: workingBytes(program), unit: 'B', how },
    ];
  });
}
