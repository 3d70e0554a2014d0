/** Bytes, operators and arena of int8 files, against those of files without any method. */

import { readOutline } from '../../../src/formats/tflite/read-outline.ts';
import { convertModel } from '../../../src/models/convert/convert-model.ts';
import type { RecipeName } from '../../../src/models/quantize/method-names.ts';
import { planArena } from '../../../src/planner/plan-arena.ts';
import { ONE_THREAD } from '../convert.ts';
import { atMost, type Row } from '../row.ts';
import {
  type FileSize,
  labelOf,
  loadNetwork,
  NETWORK_FORMS,
  type Network,
  type NetworkForm,
} from './networks.ts';

const TARGET = 'cortex-m-reference';
/** What methods may add, in parts of what was there. */
const MOST_GROWTH = 0.01;

const PARTS = [
  { part: 'bytes', unit: 'B', what: 'file' },
  { part: 'operators', unit: '', what: 'operators' },
  { part: 'arena', unit: 'B', what: `arena on ${TARGET}` },
] as const;

async function sizeOf(
  { graph, official: { calibration } }: Network,
  { densePerChannel }: NetworkForm,
  method: RecipeName,
): Promise<FileSize> {
  const { bytes } = await convertModel(graph, { calibration, densePerChannel, method }, ONE_THREAD);
  const { outline } = readOutline(bytes);
  return {
    bytes: bytes.length,
    operators: outline.subgraphs[0].operators.length,
    arena: planArena(outline, TARGET).minimumBytes,
  };
}

async function sizeRows(label: string, network: Network, form: NetworkForm): Promise<Row[]> {
  const ours = await sizeOf(network, form, 'default');
  const plain = await sizeOf(network, form, 'tensorflow');
  return PARTS.map(({ part, unit, what }) => ({
    name: `${label}, ${what}`,
    value: ours[part],
    unit,
    target: atMost(Math.floor(form.before[part] * (1 + MOST_GROWTH))),
    how: `default recipe; ${form.before[part]} without any method, ${plain[part]} by the recipe tensorflow`,
  }));
}

export async function sizes(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [name, forms] of Object.entries(NETWORK_FORMS)) {
    const network = await loadNetwork(name);
    for (const form of forms) rows.push(...(await sizeRows(labelOf(name, form), network, form)));
  }
  return rows;
}
