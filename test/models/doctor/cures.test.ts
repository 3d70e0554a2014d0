import { describe, expect, it } from 'vitest';
import { curesFor, type Patient } from '../../../src/models/doctor/cures.ts';
import { METHOD_NAMES, RECIPES } from '../../../src/models/quantize/method-names.ts';
import { graphOf } from '../../passes/run-pass.ts';
import { normalRecords } from './troubled-network.ts';

const prepared = graphOf((b) => [b.dense('scores', b.in('x', 1, 6), 3)]);
const calibration = normalRecords(prepared, 8, 1);
const more = normalRecords(prepared, 32, 1);

function patient(change: Partial<Patient> = {}): Patient {
  return {
    prepare: () => prepared,
    calibration,
    held: calibration,
    now: { method: 'default', densePerChannel: false },
    io: 'int8',
    library: 'tflm',
    arenaTarget: 'cortex-m-cmsis-nn',
    ...change,
  };
}

const NO_HOPES = { moreSamples: false, wideLayer: undefined };

describe('curesFor', () => {
  it('has today first, every method alone, and nothing twice', () => {
    const cures = curesFor(patient(), NO_HOPES);
    expect(cures[0]).toMatchObject({ kind: 'now', name: 'default', samples: 8 });
    const alone = cures.filter(({ kind }) => kind === 'method alone').map(({ name }) => name);
    expect(alone).toEqual(METHOD_NAMES);
    expect(cures.filter(({ method }) => method === 'default').map(({ kind }) => kind)).toEqual([
      'now',
      'dense per channel',
      'int16x8',
    ]);
    expect(cures.filter(({ kind }) => kind === 'method left out').length).toBe(RECIPES.default.length);
  });

  it('has more samples where there are some and calibration does not hold for others', () => {
    const kinds = (of: Patient, moreSamples: boolean) =>
      curesFor(of, { ...NO_HOPES, moreSamples }).map(({ kind, samples }) => `${kind} ${samples}`);
    expect(kinds(patient({ more }), true)).toContain('more samples 32');
    expect(kinds(patient({ more }), false)).not.toContain('more samples 32');
    expect(kinds(patient(), true)).not.toContain('more samples 32');
  });

  it('has no int16 where there is some already, and no units apart where they are', () => {
    const now = { method: 'fast', densePerChannel: true, activations: 'int16' } as const;
    const kinds = curesFor(patient({ now }), { ...NO_HOPES, wideLayer: 'scores' }).map(({ kind }) => kind);
    expect(kinds).not.toContain('int16x8');
    expect(kinds).not.toContain('int16 layer');
    expect(kinds).not.toContain('dense per channel');
  });
});
