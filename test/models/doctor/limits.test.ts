import { describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../../src/models/doctor/diagnosis.ts';
import { limitsOf } from '../../../src/models/doctor/limits.ts';
import { tried } from './tried-cure.ts';

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
    expect(limitsOf(diagnosis(budget), [tried('now', 28)])).toEqual(['input']);
    expect(limitsOf(diagnosis(budget), [tried('now', 20)])).toEqual([]);
    expect(limitsOf(diagnosis(budget), [tried('now', 28), tried('recipe', 40)])).toEqual([]);
    expect(limitsOf(diagnosis(budget), [tried('now', 28), tried('int16x8', 60)])).toEqual(['input']);
    expect(limitsOf(diagnosis(budget), [tried('now', 20), tried('int16x8', 30)])).toEqual([]);
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
