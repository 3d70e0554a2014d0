/** Recurrent layers in training give what their converted graph gives, whose reader is judged by Keras' own numbers. */

import { expect, it } from 'vitest';
import { importKeras } from '../../../src/formats/keras/import.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { compileModel, writeWeights } from '../../../src/training/compiled/compile-layers.ts';
import { view } from '../../../src/training/compiled/run.ts';
import { openRun } from '../../../src/training/compiled/training-heap.ts';
import { allRows } from '../all-rows.ts';
import { jobOf, SIGNAL } from './job.ts';

it.each(['LSTM', 'GRU', 'SimpleRNN'])('%s, batches of two sizes', (type) => {
  const job = jobOf(
    [
      { type, units: 6, returnSequences: true },
      { type, units: 5 },
      { type: 'Dense', units: 3 },
    ],
    SIGNAL,
  );
  // Biases, too.
  const weights = job.initialWeights.map((weight) => ({
    ...weight,
    data: weight.data.map((value, i) => value + 0.1 * Math.sin(i)),
  }));
  const graph = importKeras({ topology: job.topology, weights });
  const interpreter = createInterpreter(graph);
  const batch = 7;
  const model = compileModel(job.topology, batch, 1);
  const run = openRun(model.plan, 'simd');
  writeWeights(model, run.floats, weights);
  const samples = allRows(job.train.x);
  const size = model.input.size;
  let place = 0;
  // The smaller batch comes second and moves the steps, the third finds them moved.
  for (const rows of [batch, 2, batch]) {
    run.rows = rows;
    view(run, model.input.address, rows * size).set(samples.subarray(place, place + rows * size));
    model.plan.forward.run(run);
    for (let row = 0; row < rows; row++, place += size) {
      const [expected] = interpreter.invoke([samples.slice(place, place + size)]) as Float32Array[];
      const actual = view(run, model.outputs[0].address + row * 12, 3);
      for (const [i, value] of expected.entries()) expect(Math.abs(actual[i] - value)).toBeLessThan(2e-6);
    }
  }
});
