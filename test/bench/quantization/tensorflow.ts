/** How far the recipe `tensorflow` is from the files of TensorFlow's converter. */

import { type Differences, tensorflowDifferences } from '../../tensorflow/differences.ts';
import { PeerFiles } from '../../tensorflow/peer-files.ts';
import { atMost, type Row } from '../row.ts';
import { SHARED_FOLDER } from '../shared.ts';

/** Steps of the last bit of float32, at most. */
const LAST_BIT = 2 ** -23;

function rowOf(name: string, { scales, zeroPoints, weightScales, ...integers }: Differences): Row {
  const parts = { 'activation scales': scales, 'zero points': zeroPoints, 'weight scales': weightScales };
  const counted = Object.entries({ ...parts, weights: integers.weights, biases: integers.biases }).map(
    ([what, { different, count }]) => `${different.length} of ${count} ${what}`,
  );
  return {
    name: `${name}, scales and zero points unlike TensorFlow's`,
    value: Object.values(parts).reduce((sum, { different }) => sum + different.length, 0),
    unit: '',
    target: atMost(0),
    how: `${counted.join(', ')}; at most ${(integers.farthest / LAST_BIT).toFixed(1)} · 2^-23 apart`,
  };
}

export async function tensorflowRows(): Promise<Row[]> {
  const files = new PeerFiles(SHARED_FOLDER);
  const rows: Row[] = [];
  for (const name of files.names()) {
    rows.push(rowOf(name, tensorflowDifferences(await files.ours(name), files.theirs(name, 'one'))));
  }
  return rows;
}
