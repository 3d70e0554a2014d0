/** The loss of a recipe against labels, as a function of what stands in front of a head. */

import { LOSSES } from '../../compiled/losses.ts';
import type { LossName } from '../../recipe.ts';
import type { Head } from './head.ts';
import type { SoftLoss } from './soft-loss.ts';

/** What the end of a graph makes of logits, and what a gradient becomes in front of it. */
interface End {
  forward(logits: Float32Array, into: Float32Array): void;
  /** Adds `weight` times the gradient to `into`. */
  backward(made: Float32Array, gradient: Float32Array, weight: number, into: Float32Array): void;
}

function softmaxEnd({ classes, beta }: Head): End {
  return {
    forward(logits, into) {
      for (let start = 0; start < logits.length; start += classes) {
        let most = -Infinity;
        for (let i = start; i < start + classes; i++) most = Math.max(most, logits[i]);
        let sum = 0;
        for (let i = start; i < start + classes; i++) {
          into[i] = Math.exp(beta * (logits[i] - most));
          sum += into[i];
        }
        for (let i = start; i < start + classes; i++) into[i] /= sum;
      }
    },
    backward(made, gradient, weight, into) {
      for (let start = 0; start < made.length; start += classes) {
        let mean = 0;
        for (let i = start; i < start + classes; i++) mean += made[i] * gradient[i];
        for (let i = start; i < start + classes; i++)
          into[i] += weight * beta * made[i] * (gradient[i] - mean);
      }
    },
  };
}

const logisticEnd: End = {
  forward(logits, into) {
    for (let i = 0; i < logits.length; i++) into[i] = 1 / (1 + Math.exp(-logits[i]));
  },
  backward(made, gradient, weight, into) {
    for (let i = 0; i < made.length; i++) into[i] += weight * gradient[i] * made[i] * (1 - made[i]);
  },
};

const openEnd: End = {
  forward: (logits, into) => into.set(logits),
  backward(_, gradient, weight, into) {
    for (let i = 0; i < gradient.length; i++) into[i] += weight * gradient[i];
  },
};

function endOf(head: Head): End {
  switch (head.kind) {
    case 'softmax':
      return softmaxEnd(head);
    case 'logistic':
      return logisticEnd;
    case 'numbers':
      return openEnd;
  }
}

/** Its second array are the labels. `width` is that of the output's last axis. */
export function labelLoss(head: Head, name: LossName, width: number): SoftLoss {
  const end = endOf(head);
  const loss = LOSSES[name];
  let [made, gradient] = [new Float32Array(0), new Float32Array(0)];
  return (logits, targets, weight, into) => {
    const { length } = logits;
    if (made.length !== length) [made, gradient] = [new Float32Array(length), new Float32Array(length)];
    end.forward(logits, made);
    const value = loss.gradient(made, targets, length, width, gradient);
    end.backward(made, gradient, weight, into);
    return value;
  };
}
