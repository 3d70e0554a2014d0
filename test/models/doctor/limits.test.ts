import { describe, expect, it } from 'vitest';
import type { TriedCure } from '../../../src/models/doctor/cures.ts';
import type { Diagnosis } from '../../../src/models/doctor/diagnosis.ts';
import { limitsOf } from '../../../src/models/doctor/limits.ts';

function cure(kind: TriedCure['kind'], sqnrDb: number): TriedCure {
  return {
    kind,
    name: kind,
    method: 'default',
    densePerChannel: false,
    samples: 64,
    sqnrDb,
    halvesDb: [sqnrDb, sqnrDb],
    bytes: 1000,
    arenaBytes: 1000,
    arenaAtLeast: false,
    seconds: 1,
  };
}

function diagnosis(budget: Diagnosis['budget'], calibration?: Diagnosis['calibration']): Diagnosis {
  return {
    calibrationRecords: 64,
    heldRecords: 64,
    simulatedRecords: 32,
    budget,
    ...(calibration === undefined ? {} : { calibration }),
    layers: [],
    tensors: [],
    channels: [],
    weights: [],
  };
}

describe('limitsOf', () => {
  it('calls an input a floor only where no cure of int8 is above it', () => {
    const budget = { inputDb: 30 };
    expect(limitsOf(diagnosis(budget), [cure('now', 28)])).toEqual(['input']);
    expect(limitsOf(diagnosis(budget), [cure('now', 20)])).toEqual([]);
    expect(limitsOf(diagnosis(budget), [cure('now', 28), cure('recipe', 40)])).toEqual([]);
    expect(limitsOf(diagnosis(budget), [cure('now', 28), cure('int16x8', 60)])).toEqual(['input']);
    expect(limitsOf(diagnosis(budget), [cure('now', 20), cure('int16x8', 30)])).toEqual([]);
  });

  it('names the larger part of the noise', () => {
    expect(limitsOf(diagnosis({ weightsDb: 20, activationsDb: 30 }), [])).toEqual(['weights']);
    expect(limitsOf(diagnosis({ weightsDb: 20, activationsDb: 15 }), [])).toEqual(['activations']);
    expect(limitsOf(diagnosis({ weightsDb: 20, activationsDb: 21 }), [])).toEqual([]);
  });

  it('says where calibration does not hold for other records', () => {
    expect(limitsOf(diagnosis({}, { ownDb: 25, crossDb: 20 }), [])).toEqual(['calibration']);
    expect(limitsOf(diagnosis({}, { ownDb: 25, crossDb: 24 }), [])).toEqual([]);
  });
});
