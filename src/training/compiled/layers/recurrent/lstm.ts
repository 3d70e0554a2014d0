/** LSTM (Hochreiter and Schmidhuber 1997; with forget gates, Gers and others 2000), as Keras has it. */

import { zero } from '../../run.ts';
import { compileRecurrent } from './compile-recurrent.ts';
import { reserveSteps, stepAt } from './steps.ts';

export const compileLstm = compileRecurrent({
  gates: 4,
  create(plan, { units, gates, hidden, dHidden }) {
    const steps = gates.count;
    const [cells, squashed] = [reserveSteps(plan, steps + 1, units), reserveSteps(plan, steps, units)];
    const dCell = plan.reserve(plan.rows * units);
    return {
      forward(run, step) {
        const { kernels, rows } = run;
        const before = stepAt(cells, run, step);
        if (step === 0) zero(run, before, rows * units);
        kernels.lstm(
          stepAt(gates, run, step),
          before,
          stepAt(cells, run, step + 1),
          stepAt(squashed, run, step),
          stepAt(hidden, run, step + 1),
          rows,
          units,
        );
      },
      begin: (run) => zero(run, dCell, run.rows * units),
      backward(run, step) {
        run.kernels.lstmBackward(
          stepAt(gates, run, step),
          stepAt(cells, run, step),
          stepAt(squashed, run, step),
          stepAt(dHidden, run, step + 1),
          dCell,
          run.rows,
          units,
        );
      },
    };
  },
});
