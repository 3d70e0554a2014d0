/** LSTM (Hochreiter and Schmidhuber 1997; with forget gates, Gers and others 2000), as Keras has it. */

import { zero } from '../../run.ts';
import { compileRecurrent } from './compile-recurrent.ts';
import { reserveSteps, stepAt } from './steps.ts';

export const compileLstm = compileRecurrent({
  gates: 4,
  create(plan, { units, gates, hidden, dHidden }) {
    const steps = gates.count;
    const [cells, squashed] = [reserveSteps(plan, steps + 1, units), reserveSteps(plan, steps, units)];
    const dCell = reserveSteps(plan, 1, units);
    return {
      forward(run, step, sample, rows) {
        const before = stepAt(cells, run, step, sample);
        if (step === 0) zero(run, before, rows * units);
        run.kernels.lstm(
          stepAt(gates, run, step, sample),
          before,
          stepAt(cells, run, step + 1, sample),
          stepAt(squashed, run, step, sample),
          stepAt(hidden, run, step + 1, sample),
          rows,
          units,
        );
      },
      begin: (run, sample, rows) => zero(run, stepAt(dCell, run, 0, sample), rows * units),
      backward(run, step, sample, rows) {
        run.kernels.lstmBackward(
          stepAt(gates, run, step, sample),
          stepAt(cells, run, step, sample),
          stepAt(squashed, run, step, sample),
          stepAt(dHidden, run, step + 1, sample),
          stepAt(dCell, run, 0, sample),
          rows,
          units,
        );
      },
    };
  },
});
