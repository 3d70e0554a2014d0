/** SimpleRNN: hidden ← tanh(x · kernel + hidden · recurrent kernel + bias). */

import { ACTIVATION_CODES } from '../../../../kernels/training/kernels.ts';
import { compileRecurrent } from './compile-recurrent.ts';
import { stepAt } from './steps.ts';

const { tanh } = ACTIVATION_CODES;

export const compileSimpleRnn = compileRecurrent({
  gates: 1,
  create: (_, { units, gates, hidden, dHidden }) => ({
    forward(run, step) {
      const count = run.rows * units;
      run.kernels.activate(tanh, stepAt(gates, run, step), stepAt(hidden, run, step + 1), count);
    },
    backward(run, step) {
      run.kernels.activateBackward(
        tanh,
        stepAt(hidden, run, step + 1),
        stepAt(dHidden, run, step + 1),
        stepAt(gates, run, step),
        run.rows * units,
      );
    },
  }),
});
