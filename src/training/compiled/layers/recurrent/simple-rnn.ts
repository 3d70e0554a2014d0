/** SimpleRNN: hidden ← tanh(x · kernel + hidden · recurrent kernel + bias). */

import { ACTIVATION_CODES } from '../../../../kernels/training/kernels.ts';
import { compileRecurrent } from './compile-recurrent.ts';
import { stepAt } from './steps.ts';

const { tanh } = ACTIVATION_CODES;

export const compileSimpleRnn = compileRecurrent({
  gates: 1,
  create: (_, { units, gates, hidden, dHidden }) => ({
    forward(run, step, sample, rows) {
      const count = rows * units;
      run.kernels.activate(
        tanh,
        stepAt(gates, run, step, sample),
        stepAt(hidden, run, step + 1, sample),
        count,
      );
    },
    backward(run, step, sample, rows) {
      run.kernels.activateBackward(
        tanh,
        stepAt(hidden, run, step + 1, sample),
        stepAt(dHidden, run, step + 1, sample),
        stepAt(gates, run, step, sample),
        rows * units,
      );
    },
  }),
});
