import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import type { RecordSource } from '../../../src/data/records/records.ts';
import { calibrateFor } from '../../../src/models/quantize/apply-methods.ts';
import { int8Noise, referenceOf } from '../../../src/models/quantize/int8-noise.ts';
import type { MethodName } from '../../../src/models/quantize/method-names.ts';
import { quantizeCalibrated } from '../../../src/models/quantize/quantize-calibrated.ts';
import { recordsOf } from '../../passes/quantize/methods/calibrated.ts';
import { graphOf } from '../../passes/run-pass.ts';

const random = createRandom(41, 'fine-tuning tests');
/** Small weights round to less than they are: sums are too small, and their bias is off. */
const weights = Array.from({ length: 8 * 40 }, (_, i) => (i % 40 === 0 ? 127 : 1.45));
const network = graphOf((b) => {
  const constants = [b.const('w', [8, 40], weights), b.const('b', [8])];
  const attributes = { activation: 'relu', keepNumDims: false } as const;
  return [
    b.dense('last', b.add('fully_connected', 'first', attributes, [b.in('x', 1, 40), ...constants]), 5),
  ];
});
const records = (count: number) => recordsOf(network, count, () => 1 + 0.2 * random.normal());
const form = { activations: 'int8', densePerChannel: false } as const;

async function quantized(methods: readonly MethodName[], seen: RecordSource) {
  const apply = await calibrateFor(network, seen, form, {});
  return quantizeCalibrated(apply(methods), seen, {});
}

describe('fine-tune', () => {
  it('brings what int8 computes to what float32 does, of other records too', async () => {
    const [seen, later] = [records(80), records(100)];
    const reference = referenceOf(network, later);
    const [plain, tuned] = [await quantized([], seen), await quantized(['fine-tune'], seen)];
    expect(int8Noise(tuned, later, reference)).toBeLessThan(0.3 * int8Noise(plain, later, reference));
    expect(await quantized(['fine-tune'], seen)).toEqual(tuned);
  });

  it('changes nothing with few records, which it would learn by heart', async () => {
    const few = records(31);
    expect(await quantized(['fine-tune'], few)).toEqual(await quantized([], few));
  });

  it('keeps what records that were held back do not gain by', async () => {
    const exact = graphOf((b) => [b.add('relu', 'relu', {}, [b.in('x', 1, 40)])]);
    const seen = recordsOf(exact, 40, (i) => (i % 255) / 255);
    const apply = await calibrateFor(exact, seen, form, {});
    const plain = await quantizeCalibrated(apply([]), seen, {});
    expect(await quantizeCalibrated(apply(['fine-tune']), seen, {})).toEqual(plain);
  });
});
