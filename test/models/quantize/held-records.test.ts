import { describe, expect, it } from 'vitest';
import { elementCount } from '../../../src/core/tensor.ts';
import type { RecordSource } from '../../../src/data/records/records.ts';
import { type Graph, getValue } from '../../../src/ir/graph.ts';
import { calibrateFor, plainlyQuantized } from '../../../src/models/quantize/apply-methods.ts';
import { heldRecords, spacedRecords } from '../../../src/models/quantize/held-records.ts';
import {
  noiseAgainst,
  recordNoise,
  recordSignal,
  referenceBytes,
  referenceOf,
} from '../../../src/models/quantize/int8-noise.ts';
import { heldBytes } from '../../../src/models/quantize/node-runner.ts';
import { roundingRecords } from '../../../src/models/quantize/quantize-calibrated.ts';
import { graphOf } from '../../passes/run-pass.ts';

/** Record i is i everywhere, and in memory only while it is read. */
function numbered(graph: Graph, count: number): RecordSource {
  const [, ...shape] = getValue(graph, graph.inputs[0]).type.shape;
  return {
    count,
    shape,
    read(start, rows, into) {
      for (let row = 0; row < rows; row++) {
        const length = elementCount(shape);
        into.fill((start + row) / count, row * length, (row + 1) * length);
      }
    },
    close() {},
  };
}

function firstValues({ count, shape, read }: RecordSource): number[] {
  return Array.from({ length: count }, (_, index) => {
    const into = new Float32Array(elementCount(shape));
    read(index, 1, into);
    return into[0];
  });
}

const small = graphOf((b) => [b.dense('dense', b.in('x', 1, 2), 3)]);
const MEGABYTE = 2 ** 20;

describe('heldRecords', () => {
  const records = numbered(small, 300);

  it('gives the spaced records as they are where all of them fit into 32 MB', () => {
    const some = heldRecords(records, 128, MEGABYTE / 4);
    expect(some.count).toBe(128);
    expect(firstValues(some)).toEqual(firstValues(spacedRecords(records, 128)));
    expect(heldRecords(records, 300, 100)).toBe(records);
  });

  it.each([
    [MEGABYTE / 4 + 1, 127],
    [MEGABYTE, 32],
    [3 * MEGABYTE, 10],
    [5 * MEGABYTE, 8],
    [1000 * MEGABYTE, 8],
  ])('of %i bytes each gives %i', (bytes, count) => {
    expect(heldRecords(records, 128, bytes).count).toBe(count);
  });
});

describe('heldBytes', () => {
  it('counts what is still read by somebody, of int8 and of int16', async () => {
    const graph = graphOf((b) => {
      const maps = b.conv('conv', b.in('x', 1, 4, 4, 2), 3, 1);
      const deep = b.conv('deep', maps, 3, 1);
      return [b.add('add', 'sum', { activation: 'none' }, [b.conv('next', deep, 3, 1), maps])];
    });
    const bytesOf = async (activations: 'int8' | 'int16'): Promise<number> => {
      const form = { activations, densePerChannel: false };
      const apply = await calibrateFor(graph, numbered(graph, 4), form, {});
      return heldBytes(plainlyQuantized(apply([])));
    };
    // Before "deep" is forgotten there are three maps of 4 × 4 × 3.
    expect(await bytesOf('int8')).toBe(3 * 48);
    expect(await bytesOf('int16')).toBe(2 * 3 * 48);
  });
});

describe('roundingRecords', () => {
  /** A quarter of a megabyte of int8 out, and a whole one of the float32 that it is judged by. */
  const large = graphOf((b) => [b.dense('dense', b.in('x', 1, 2), MEGABYTE / 4)]);
  const form = { activations: 'int8', densePerChannel: false } as const;

  it('are fewer where activations are large, and calibration is of them alone', async () => {
    const records = numbered(large, 27);
    const calibrated = (await calibrateFor(large, records, form, {}))([]);
    const some = await roundingRecords(calibrated, plainlyQuantized(calibrated), records, {});
    expect(some.records.count).toBe(25);
    expect(some.statistics.count).toBe(25);
  });

  it('are all that calibrated where they fit', async () => {
    const records = numbered(small, 80);
    const calibrated = (await calibrateFor(small, records, form, {}))([]);
    const some = await roundingRecords(calibrated, plainlyQuantized(calibrated), records, {});
    expect(some.records).toBe(records);
    expect(some.statistics).toBe(calibrated.statistics);
  });
});

describe('noise without a held reference', () => {
  it('is that against one', async () => {
    const records = numbered(small, 9);
    const form = { activations: 'int8', densePerChannel: false } as const;
    const int8 = plainlyQuantized((await calibrateFor(small, records, form, {}))([]));
    const streamed = recordNoise(small, int8, records);
    expect(streamed).toEqual(noiseAgainst(referenceOf(small, records), int8, records));
    expect(streamed.signal).toEqual(recordSignal(small, records));
    expect(streamed.noise.every((one) => one > 0)).toBe(true);
    expect(referenceBytes(small)).toBe(3 * 4);
  });
});
