import { describe, expect, it } from 'vitest';
import { readTflite } from '../../../src/formats/tflite/read.ts';
import { readOutline } from '../../../src/formats/tflite/read-outline.ts';
import { nodeMacs } from '../../../src/ir/graph-cost.ts';
import { operatorViews } from '../../../src/ir/outline.ts';
import { outlineMacs } from '../../../src/models/inspect/outline-macs.ts';
import { bytesAt, fateOf, fixtureSet, type RecordedSet, sharedSet } from '../../conformance/recorded.ts';
import { NO_SHARED } from '../../shared.ts';
import { tensor, view } from '../outlines.ts';

describe('outlineMacs', () => {
  const x = tensor('int8', [2, 6]);
  const y = tensor('int8', [2, 3]);

  it('counts what tinyml does not compute', () => {
    const feature = tensor('int8', [8, 6], { constant: true });
    const time = tensor('int8', [8, 5], { constant: true });
    expect(outlineMacs(view('SVDF', [x, feature, time], [y]))).toBe(2 * (8 * 6 + 8 * 5));
    const left = tensor('int8', [3, 4, 5]);
    expect(outlineMacs(view('BATCH_MATMUL', [left, left], [tensor('int8', [3, 4, 7])]))).toBe(84 * 5);
    const adjoint = { adjoint: [true, false] } as const;
    expect(outlineMacs(view('BATCH_MATMUL', [left, left], [tensor('int8', [3, 5, 7])], adjoint))).toBe(
      105 * 4,
    );
    const gates = Array.from({ length: 8 }, (_, gate) => tensor('int8', [10, gate < 4 ? 6 : 10]));
    expect(
      outlineMacs(view('UNIDIRECTIONAL_SEQUENCE_LSTM', [tensor('int8', [2, 7, 6]), ...gates], [y])),
    ).toBe(2 * 7 * (4 * 10 * 6 + 4 * 10 * 10 + 3 * 10));
  });

  it.each(['CALL_ONCE', 'VAR_HANDLE', 'READ_VARIABLE', 'ASSIGN_VARIABLE'])('is 0 of %s', (name) => {
    expect(outlineMacs(view(name, [x], name === 'ASSIGN_VARIABLE' ? [] : [y]))).toBe(0);
  });

  it.each([
    view('CUSTOM', [x], [y]),
    view('BROADCAST_ARGS', [x], [y]),
    view('SVDF', [x], [y]),
    view('UNIDIRECTIONAL_SEQUENCE_LSTM', [x], [y]),
    view('TRANSPOSE_CONV', [x], [y]),
    view('BATCH_MATMUL', [undefined, x], [y]),
    view('CONV_2D', [x], [y]),
    view('CONV_2D', [x, tensor('int8', [3])], [y]),
    view('FULLY_CONNECTED', [x, tensor('int8', [])], [y]),
    view('ADD', [x, x], []),
    view('constructor', [x], [y]),
  ])('is not known %#', (one) => {
    expect(outlineMacs(one)).toBeUndefined();
  });

  function expectAsInGraphs({ folder, cases }: RecordedSet, least: number): void {
    const readable = cases.filter((one) => fateOf(one) === 'equal');
    expect(readable.length).toBeGreaterThan(least);
    for (const { name } of readable) {
      const bytes = bytesAt(`${folder}/${name}.tflite`);
      const { graph } = readTflite(bytes);
      const views = operatorViews(readOutline(bytes).outline);
      expect(views.map(outlineMacs), name).toEqual(graph.nodes.map((node) => nodeMacs(graph, node)));
    }
  }

  it('counts as graphs do, for the operators in fixtures/tflm', () => expectAsInGraphs(fixtureSet(), 70));

  it('counts as graphs do, for every recorded operator', ({ skip }) => {
    const set = sharedSet();
    if (set === undefined) return skip(NO_SHARED);
    expectAsInGraphs(set, 250);
  });
});
