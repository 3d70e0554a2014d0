/** GRU whose reset gate acts behind the recurrent kernel: Keras' default (Cho and others 2014, version 1 of the paper). */

import { compileRecurrent } from './compile-recurrent.ts';
import { stepAt } from './steps.ts';

export const compileGru = compileRecurrent({
  gates: 3,
  isApart: true,
  create: (_, { units, gates, recurrent, hidden, dHidden }) => ({
    forward(run, step, sample, rows) {
      run.kernels.gru(
        stepAt(gates, run, step, sample),
        stepAt(recurrent, run, step, sample),
        stepAt(hidden, run, step, sample),
        stepAt(hidden, run, step + 1, sample),
        rows,
        units,
      );
    },
    backward(run, step, sample, rows) {
      run.kernels.gruBackward(
        stepAt(gates, run, step, sample),
        stepAt(recurrent, run, step, sample),
        stepAt(hidden, run, step, sample),
        stepAt(dHidden, run, step + 1, sample),
        stepAt(dHidden, run, step, sample),
        rows,
        units,
      );
    },
  }),
});
