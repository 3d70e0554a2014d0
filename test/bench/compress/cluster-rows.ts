/** Weights of few values, and what look-up tables make of them. */

import { storedBytes } from '../../../src/core/tensor.ts';
import { type Graph, getValue, type ValueId } from '../../../src/ir/graph.ts';
import type { CompressedModel } from '../../../src/models/compress/compress-model.ts';
import { choosePaying } from '../../../src/models/convert/lut-weights.ts';
import { writeTflmModel } from '../../../src/models/tflm-model.ts';
import { codeWeights, weightsOf } from '../../../src/passes/coding/code-weights.ts';
import { codedBytes } from '../../../src/passes/coding/lut-coding.ts';
import { atMost, type Outcome, type Section } from '../row.ts';
import { withShared } from '../shared.ts';
import { bySeeds, lossOf, spreadOf } from './by-seeds.ts';

interface Coded {
  /** Of all weights: with tables where those pay, against a byte for each. */
  readonly weights: number;
  readonly file: number;
}

function codedShare({ integers }: CompressedModel): Coded {
  const chosen = choosePaying(integers, writeTflmModel);
  const ids = new Set(integers.nodes.flatMap((node) => weightsOf(integers, node)?.id ?? []));
  const bytesOf = (graph: Graph, id: ValueId): number => storedBytes(getValue(graph, id).type);
  let [plain, coded] = [0, 0];
  for (const id of ids) {
    const coding = chosen.get(id);
    plain += bytesOf(integers, id);
    coded += coding === undefined ? bytesOf(integers, id) : codedBytes(coding);
  }
  const written = writeTflmModel(codeWeights(integers, chosen));
  return { weights: coded / plain, file: written.length / writeTflmModel(integers).length };
}

async function measured(): Promise<Outcome[]> {
  const results = await bySeeds('mnist', [{ method: 'cluster', clusters: 16 }]);
  const shares = results.map(codedShare);
  const weights = spreadOf(shares.map((share) => share.weights));
  const file = spreadOf(shares.map((share) => share.file));
  const loss = spreadOf(results.map(lossOf));
  return [
    {
      name: 'mnist, 16 values in a table: bytes of weights',
      value: weights.median,
      unit: 'x',
      target: atMost(0.55),
      how: `seeds 1–5: ${weights.all}; of the file ${file.median.toFixed(2)}x`,
    },
    {
      name: 'mnist, 16 values in a table: points lost, int8 against float before',
      value: loss.median,
      unit: 'points',
      target: atMost(0.5),
      how: `seeds 1–5: ${loss.all}`,
    },
  ];
}

export const clusterRows: Section = { cluster: withShared('clustering', measured) };
