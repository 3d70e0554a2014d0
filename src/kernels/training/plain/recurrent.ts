/** Steps of recurrent layers, as plain loops that round in the order of the SIMD kernels. */

import { ACTIVATION_CODES, type Address, type TrainingKernels } from '../kernels.ts';
import { activations } from './activations.ts';
import type { Arithmetic } from './arithmetic.ts';

type RecurrentKernels = Pick<TrainingKernels, 'swapRows' | 'lstm' | 'lstmBackward' | 'gru' | 'gruBackward'>;

type Body = (gate: number, state: number) => void;

/** `body(gate, state)` for every unit: where its first gate lies, and where it lies in a state [rows, units]. */
function forUnits(gates: Address, gateCount: number, rows: number, units: number, body: Body): void {
  for (let r = 0; r < rows; r++) {
    for (let u = 0; u < units; u++) body((gates >> 2) + r * gateCount * units + u, r * units + u);
  }
}

export function recurrentKernels(heap: Float32Array, arithmetic: Arithmetic): RecurrentKernels {
  const { round: f } = arithmetic;
  const { [ACTIVATION_CODES.sigmoid]: sigmoid, [ACTIVATION_CODES.tanh]: tanh } = activations(arithmetic);
  return {
    swapRows(from, fromStride, to, toStride, rows, columns, n) {
      for (let r = 0; r < rows; r++) {
        for (let c = 0; c < columns; c++) {
          const start = (from >> 2) + r * fromStride + c * n;
          heap.copyWithin((to >> 2) + c * toStride + r * n, start, start + n);
        }
      }
    },
    lstm(gates, before, cell, squashed, hidden, rows, units) {
      forUnits(gates, 4, rows, units, (at, state) => {
        const i = sigmoid.value(heap[at]);
        const forget = sigmoid.value(heap[at + units]);
        const g = tanh.value(heap[at + 2 * units]);
        const o = sigmoid.value(heap[at + 3 * units]);
        const c = f(f(forget * heap[(before >> 2) + state]) + f(i * g));
        const t = tanh.value(c);
        heap[at] = i;
        heap[at + units] = forget;
        heap[at + 2 * units] = g;
        heap[at + 3 * units] = o;
        heap[(cell >> 2) + state] = c;
        heap[(squashed >> 2) + state] = t;
        heap[(hidden >> 2) + state] = o * t;
      });
    },
    lstmBackward(gates, before, squashed, dHidden, dCell, rows, units) {
      forUnits(gates, 4, rows, units, (at, state) => {
        const [i, forget, g, o] = [heap[at], heap[at + units], heap[at + 2 * units], heap[at + 3 * units]];
        const dh = heap[(dHidden >> 2) + state];
        const t = heap[(squashed >> 2) + state];
        const dc = f(heap[(dCell >> 2) + state] + tanh.back(t, f(dh * o)));
        heap[at] = sigmoid.back(i, f(dc * g));
        heap[at + units] = sigmoid.back(forget, f(dc * heap[(before >> 2) + state]));
        heap[at + 2 * units] = tanh.back(g, f(dc * i));
        heap[at + 3 * units] = sigmoid.back(o, f(dh * t));
        heap[(dCell >> 2) + state] = dc * forget;
      });
    },
    gru(gates, recurrent, before, hidden, rows, units) {
      const other = (recurrent >> 2) - (gates >> 2);
      forUnits(gates, 3, rows, units, (at, state) => {
        const z = sigmoid.value(f(heap[at] + heap[at + other]));
        const r = sigmoid.value(f(heap[at + units] + heap[at + units + other]));
        const last = at + 2 * units;
        const n = tanh.value(f(heap[last] + f(r * heap[last + other])));
        heap[at] = z;
        heap[at + units] = r;
        heap[last] = n;
        heap[(hidden >> 2) + state] = f(z * heap[(before >> 2) + state]) + f(f(1 - z) * n);
      });
    },
    gruBackward(gates, recurrent, before, dHidden, dBefore, rows, units) {
      const other = (recurrent >> 2) - (gates >> 2);
      forUnits(gates, 3, rows, units, (at, state) => {
        const last = at + 2 * units;
        const [z, r, n] = [heap[at], heap[at + units], heap[last]];
        const dh = heap[(dHidden >> 2) + state];
        const dn = tanh.back(n, f(dh * f(1 - z)));
        const dz = sigmoid.back(z, f(dh * f(heap[(before >> 2) + state] - n)));
        const dr = sigmoid.back(r, f(dn * heap[last + other]));
        heap[at] = dz;
        heap[at + units] = dr;
        heap[last] = dn;
        heap[at + other] = dz;
        heap[at + units + other] = dr;
        heap[last + other] = dn * r;
        heap[(dBefore >> 2) + state] += f(dh * z);
      });
    },
  };
}
