/** Every file of every network from the format that it came in to firmware, by the built command line. */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadRuntime } from '../../runtime/tflite-runtime.ts';
import { atLeast, formatSeconds, type Outcome, type Row } from '../row.ts';
import { SHARED_FOLDER } from '../shared.ts';
import { type Journey, travel } from './chip-road.ts';
import { filesIn, networkNames, type SharedFolder } from './recorded.ts';

/** From the root of the checkout: the bench is compiled elsewhere. */
const RUNTIME = resolve('test/runtime');

interface Network {
  readonly label: string;
  /** Below `../shared`. */
  readonly models: readonly string[];
  /** Where its samples are. */
  readonly records: SharedFolder;
}

/** Those that files hold: the files of a folder with one of the endings. */
function inFiles(kind: string, title: string, endings: readonly string[]): readonly Network[] {
  return networkNames(kind).map((name) => {
    const records = `import/${kind}/${name}`;
    const models = endings.flatMap((ending) => filesIn(records, ending));
    return { label: `${name}, ${title}`, models: models.map((file) => `${records}/${file}`), records };
  });
}

function networks(): readonly Network[] {
  return [
    ...inFiles('onnx', 'ONNX', ['.onnx']),
    ...networkNames('saved_model').map((name) => ({
      label: `${name}, SavedModel`,
      models: [`import/saved_model/${name}/saved_model`],
      records: `import/saved_model/${name}`,
    })),
    ...inFiles('frozen', 'frozen graph', ['.pb']),
    ...networkNames('tfjs').map((name) => ({
      label: `${name}, TensorFlow.js`,
      models: [`import/tfjs/${name}/web_model/model.json`],
      records: `import/saved_model/${name}`,
    })),
    ...inFiles('keras', 'Keras', ['.h5', '.keras']),
  ];
}

/** Calibration samples; where there are none, the recorded inputs. */
function samplesOf(records: SharedFolder): readonly string[] {
  const groups = ['x_calib', 'x'].flatMap((name) => [[`${name}.npy`], [`${name}_0.npy`, `${name}_1.npy`]]);
  const paths = groups.map((group) => group.map((file) => resolve(SHARED_FOLDER, records, file)));
  return paths.find((group) => group.every((path) => existsSync(path))) ?? [];
}

/** `2 × convert: …`, each sentence once. */
function reasons(journeys: readonly Journey[]): string {
  const counts = new Map<string, number>();
  for (const { stopped } of journeys) {
    if (stopped === undefined) continue;
    const reason = `${stopped.at}: ${stopped.sentence}`;
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts].map(([reason, count]) => `; ${count} × ${reason}`).join('');
}

function rowOf(name: string, journeys: readonly Journey[], how: string): Row {
  const arrived = journeys.filter(({ stopped }) => stopped === undefined).length;
  return { name, value: arrived, unit: '', target: atLeast(journeys.length), how };
}

/** Models that come as far as a sketch and are run by TensorFlow Lite; what stops the others, in their words. */
export async function endToEnd(): Promise<Outcome[]> {
  const runtime = loadRuntime(RUNTIME);
  if (!runtime.ok) return [{ name: 'from the file to the sketch', why: runtime.why }];
  const all: Journey[] = [];
  const rows = networks().map(({ label, models, records }) => {
    const samples = samplesOf(records);
    const journeys = models.map((model) => travel(resolve(SHARED_FOLDER, model), samples, runtime));
    all.push(...journeys);
    const longest = Math.max(...journeys.map(({ seconds }) => seconds));
    const files = models.length === 1 ? 'one model' : `${models.length} models`;
    return rowOf(label, journeys, `of ${files}, ${formatSeconds(longest)} at most${reasons(journeys)}`);
  });
  const seconds = all.reduce((sum, journey) => sum + journey.seconds, 0);
  const how = `convert --int8 --library chirale, inspect, export-c --arduino, run by TensorFlow Lite 2.9; ${formatSeconds(seconds)}`;
  return [...rows, rowOf('all models', all, how)];
}
