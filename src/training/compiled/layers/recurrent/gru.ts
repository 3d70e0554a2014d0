/** GRU whose reset gate acts behind the recurrent kernel: Keras' default (Cho and others 2014, version 1 of the paper). */

import { compileRecurrent } from './compile-recurrent.ts';
import { stepAt } from './steps.ts';

export const compileGru = compileRecurrent({
  gates: 3,
  isApart: true,
  create: (_, { units, gates, recurrent, hidden, dHidden }) => ({
    forward(run, step) {
      run.kernels.gru(
        stepAt(gates, run, step),
        stepAt(recurrent, run, step),
        stepAt(hidden, run, step),
        stepAt(hidden, run, step + 1),
        run.rows,
        units,
      );
    },
    backward(run, step) {
      run.kernels.gruBackward(
        stepAt(gates, run, step),
        stepAt(recurrent, run, step),
        stepAt(hidden, run, step),
        stepAt(dHidden, run, step + 1),
        stepAt(dHidden, run, step),
        run.rows,
        units,
      );
    },
  }),
});
