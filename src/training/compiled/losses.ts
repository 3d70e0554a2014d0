/** Losses over one batch: their mean over all elements, and its gradient. Formulas are those of TensorFlow.js. */

import type { LossName } from '../recipe.ts';

export interface Loss {
  /** Mean over `count` outputs in rows of `width`. */
  value(outputs: Float32Array, targets: Float32Array, count: number, width: number): number;
  /** Puts d value / d outputs into `into`; what it returns is the value. */
  gradient(
    outputs: Float32Array,
    targets: Float32Array,
    count: number,
    width: number,
    into: Float32Array,
  ): number;
}

// Of the difference between output and target. Each has loops of its own: through a function of one difference small networks
// would train a twentieth slower. The value along with the gradient is nearly free: each of its sums waits for the last one.

const mse: Loss = {
  value(outputs, targets, count) {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const d = outputs[i] - targets[i];
      sum += d * d;
    }
    return sum / count;
  },
  gradient(outputs, targets, count, _, into) {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const d = outputs[i] - targets[i];
      sum += d * d;
      into[i] = (2 * d) / count;
    }
    return sum / count;
  },
};

const mae: Loss = {
  value(outputs, targets, count) {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += Math.abs(outputs[i] - targets[i]);
    return sum / count;
  },
  gradient(outputs, targets, count, _, into) {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const d = outputs[i] - targets[i];
      sum += Math.abs(d);
      into[i] = Math.sign(d) / count;
    }
    return sum / count;
  },
};

const huber: Loss = {
  value(outputs, targets, count) {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const distance = Math.abs(outputs[i] - targets[i]);
      sum += distance <= 1 ? distance ** 2 / 2 : distance - 0.5;
    }
    return sum / count;
  },
  gradient(outputs, targets, count, _, into) {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const d = outputs[i] - targets[i];
      const distance = Math.abs(d);
      sum += distance <= 1 ? distance ** 2 / 2 : distance - 0.5;
      into[i] = Math.min(Math.max(d, -1), 1) / count;
    }
    return sum / count;
  },
};

/** Keras' and TensorFlow.js' epsilon. */
const EPSILON = 1e-7;

function clipped(p: number): number {
  return Math.min(Math.max(p, EPSILON), 1 - EPSILON);
}

/** −Σ target · log(p / Σ p) per row; each row counts once. */
const categoricalCrossentropy: Loss = {
  value(outputs, targets, count, width) {
    let sum = 0;
    for (let start = 0; start < count; start += width) {
      let total = 0;
      for (let i = start; i < start + width; i++) total += outputs[i];
      for (let i = start; i < start + width; i++) sum -= targets[i] * Math.log(clipped(outputs[i] / total));
    }
    return (sum * width) / count;
  },
  gradient(outputs, targets, count, width, into) {
    const rows = count / width;
    let sum = 0;
    for (let start = 0; start < count; start += width) {
      let total = 0;
      let targetTotal = 0;
      for (let i = start; i < start + width; i++) total += outputs[i];
      for (let i = start; i < start + width; i++) if (isInside(outputs[i] / total)) targetTotal += targets[i];
      for (let i = start; i < start + width; i++) {
        const p = outputs[i] / total;
        const own = isInside(p) ? targets[i] / outputs[i] : 0;
        into[i] = (targetTotal / total - own) / rows;
        sum -= targets[i] * Math.log(clipped(p));
      }
    }
    return (sum * width) / count;
  },
};

/** Whether a probability is not clipped. */
function isInside(p: number): boolean {
  return p >= EPSILON && p <= 1 - EPSILON;
}

const binaryCrossentropy: Loss = {
  value(outputs, targets, count) {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const p = clipped(outputs[i]);
      sum -= targets[i] * Math.log(p) + (1 - targets[i]) * Math.log(1 - p);
    }
    return sum / count;
  },
  gradient(outputs, targets, count, _, into) {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const p = outputs[i];
      const inside = clipped(p);
      sum -= targets[i] * Math.log(inside) + (1 - targets[i]) * Math.log(1 - inside);
      into[i] = isInside(p) ? (p - targets[i]) / (p * (1 - p)) / count : 0;
    }
    return sum / count;
  },
};

export const LOSSES: Readonly<Record<LossName, Loss>> = {
  mse,
  mae,
  huber,
  categoricalCrossentropy,
  binaryCrossentropy,
};
