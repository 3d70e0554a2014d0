import { afterEach, describe, expect, it, vi } from 'vitest';
import { createInterpreter } from '../../src/interpreter/interpreter.ts';
import { createSimdMemory } from '../../src/interpreter/tensor-memory.ts';
import { getValue } from '../../src/ir/graph.ts';
import type { SimdPlan } from '../../src/kernels/simd/simd-plan.ts';
import { drawInt8Graph, drawRecords } from '../passes/draw-int8.ts';

const plan = (scratchBytes: number, ...constants: Int8Array[]): SimdPlan => ({
  constants,
  scratchBytes,
  bind: () => () => {},
});

afterEach(() => vi.unstubAllGlobals());

describe('memory of an interpreter', () => {
  it('holds tensors, scratch for the greediest plan, and constants, none upon another', () => {
    const plans = [
      plan(100, Int8Array.of(1, 2, 3)),
      plan(1000, Int8Array.of(4), Int8Array.of(5, 6)),
      plan(10),
    ];
    const memory = createSimdMemory(70000, plans);
    if (memory === undefined) throw new Error('this machine has no WebAssembly with SIMD');
    const bytes = new Int8Array(memory.buffer);
    expect(memory.scratch).toBeGreaterThanOrEqual(70000);
    const starts = plans.map((one) => memory.constants.get(one) ?? []);
    expect(starts.map((addresses) => addresses.length)).toEqual([1, 2, 0]);
    expect([...bytes.subarray(starts[0][0], starts[0][0] + 3)]).toEqual([1, 2, 3]);
    expect([...bytes.subarray(starts[1][0], starts[1][0] + 1)]).toEqual([4]);
    expect([...bytes.subarray(starts[1][1], starts[1][1] + 2)]).toEqual([5, 6]);
    expect(starts[0][0] - memory.scratch).toBeGreaterThanOrEqual(1000);
    for (const start of starts.flat()) expect(start % 16).toBe(0);
  });

  it('is not there beyond what an int32 addresses', () => {
    expect(createSimdMemory(2 ** 31, [plan(16)])).toBeUndefined();
    expect(createSimdMemory(2 ** 20, [plan(2 ** 31)])).toBeUndefined();
  });

  it('is plain memory where WebAssembly gets none, and the bytes are the same', () => {
    const graph = drawInt8Graph(3);
    const records = drawRecords(getValue(graph, graph.inputs[0]).type, 4);
    const run = () => {
      const { invoke } = createInterpreter(graph);
      return records.map((record) => Array.from(invoke([record])[0], Number));
    };
    const expected = run();
    let asked = 0;
    vi.stubGlobal('WebAssembly', {
      ...WebAssembly,
      Memory: class {
        constructor() {
          asked++;
          throw new RangeError('WebAssembly.Memory(): could not allocate memory');
        }
      },
    });
    expect(run()).toEqual(expected);
    expect(asked).toBe(1);
  });
});
