/** How long calibration and quantization take, by recipe. */

import { createRandom } from '../../../src/core/random.ts';
import { arrayRecords, type RecordSource } from '../../../src/data/records/records.ts';
import { DEFAULT_FORM, prepareForInt8, simplifyFloat } from '../../../src/models/convert/lower.ts';
import type { Recipe } from '../../../src/models/quantize/method-names.ts';
import { quantizeGraph } from '../../../src/models/quantize/quantize-graph.ts';
import { ONE_THREAD } from '../convert.ts';
import { atMost, formatSeconds, type Row } from '../row.ts';
import { inTurns, secondsOf } from '../timing.ts';
import { readNetwork } from './networks.ts';

const MODEL = 'models/mlperf-tiny/vww_96.h5';
const SHAPE = [96, 96, 3];
const SAMPLES = 100;
const ROUNDS = { least: 2, most: 3, seconds: 40 };

/** Noise from 0 to 1, like the images that the model takes. */
function drawnRecords(): RecordSource {
  const random = createRandom(1, 'images');
  const data = Float32Array.from({ length: SAMPLES * SHAPE.reduce((a, b) => a * b) }, () => random.uniform());
  return arrayRecords({ shape: [SAMPLES, ...SHAPE], data });
}

/** Seconds of calibration and quantization, on one thread. */
export async function times(): Promise<Row[]> {
  const everything = { ...DEFAULT_FORM, without: [] };
  const prepared = prepareForInt8(simplifyFloat(await readNetwork(MODEL)), everything);
  const records = drawnRecords();
  const { densePerChannel } = DEFAULT_FORM;
  const secondsBy = (method: Recipe) => (): Promise<number> =>
    secondsOf(() => quantizeGraph(prepared, records, { method, densePerChannel }, ONE_THREAD));
  const recipes: readonly Recipe[] = [[], 'fast', 'default'];
  const { medians, rounds } = await inTurns(ROUNDS, ...recipes.map(secondsBy));
  const [plain, fast, full] = medians;
  const how = `calibrated and quantized with ${SAMPLES} drawn samples on one thread; medians of ${rounds}`;
  return [
    { name: 'vww_96, default', value: full, unit: 's', target: atMost(10), how },
    {
      name: 'vww_96, fast against no method',
      value: fast / plain,
      unit: '×',
      target: atMost(3),
      how: `${formatSeconds(fast)} against ${formatSeconds(plain)}; ${how}`,
    },
    {
      name: 'vww_96, default against no method',
      value: full / plain,
      unit: '×',
      how: `${formatSeconds(full)} against ${formatSeconds(plain)}`,
    },
  ];
}
