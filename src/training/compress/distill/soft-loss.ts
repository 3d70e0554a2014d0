/**
 * How far a student is from its teacher. Of classes: the Kullback-Leibler divergence of probabilities that a temperature
 * has softened, times its square, which keeps gradients as large as those of labels (Hinton, Vinyals and Dean 2015, §2).
 * Of numbers: the mean squared difference.
 */

import type { Head } from './head.ts';

/** The mean over rows; adds its gradient, times `weight`, to `gradient`. All arrays are equally long. */
export type SoftLoss = (
  student: Float32Array,
  teacher: Float32Array,
  weight: number,
  gradient: Float32Array,
) => number;

/** Logarithms of the softmax of `width` values from `start` on, each times `factor`. */
function logSoftmax(
  values: Float32Array,
  start: number,
  width: number,
  factor: number,
  into: Float64Array,
): void {
  let most = -Infinity;
  for (let i = 0; i < width; i++) {
    into[i] = values[start + i] * factor;
    most = Math.max(most, into[i]);
  }
  let sum = 0;
  for (let i = 0; i < width; i++) sum += Math.exp(into[i] - most);
  const shift = most + Math.log(sum);
  for (let i = 0; i < width; i++) into[i] -= shift;
}

function softenedClasses(student: Head, teacherBeta: number, temperature: number): SoftLoss {
  const width = student.classes;
  const [own, theirs] = [student.beta / temperature, teacherBeta / temperature];
  const [logP, logQ] = [new Float64Array(width), new Float64Array(width)];
  return (z, v, weight, gradient) => {
    const step = (weight * temperature * student.beta * width) / z.length;
    let sum = 0;
    for (let start = 0; start < z.length; start += width) {
      logSoftmax(z, start, width, own, logP);
      logSoftmax(v, start, width, theirs, logQ);
      for (let i = 0; i < width; i++) {
        const q = Math.exp(logQ[i]);
        sum += q * (logQ[i] - logP[i]);
        gradient[start + i] += step * (Math.exp(logP[i]) - q);
      }
    }
    return (sum * width * temperature ** 2) / z.length;
  };
}

function logLogistic(x: number): number {
  return Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x)));
}

function softenedProbabilities(temperature: number): SoftLoss {
  return (z, v, weight, gradient) => {
    let sum = 0;
    for (let i = 0; i < z.length; i++) {
      const [own, theirs] = [z[i] / temperature, v[i] / temperature];
      const q = Math.exp(logLogistic(theirs));
      sum += q * (logLogistic(theirs) - logLogistic(own));
      sum += (1 - q) * (logLogistic(-theirs) - logLogistic(-own));
      gradient[i] += (weight * temperature * (Math.exp(logLogistic(own)) - q)) / z.length;
    }
    return (sum * temperature ** 2) / z.length;
  };
}

/** Adds up squares of differences, in units of `scale`. */
export function squaredDifference(scale: number): SoftLoss {
  return (z, v, weight, gradient) => {
    let sum = 0;
    for (let i = 0; i < z.length; i++) {
      const difference = z[i] - v[i];
      sum += difference ** 2;
      gradient[i] += (2 * weight * difference) / (z.length * scale);
    }
    return sum / (z.length * scale);
  };
}

/** Between what stands in front of the heads; they are of one kind, or the teacher's is logits. */
export function softLoss(student: Head, teacher: Pick<Head, 'beta'>, temperature: number): SoftLoss {
  switch (student.kind) {
    case 'softmax':
      return softenedClasses(student, teacher.beta, temperature);
    case 'logistic':
      return softenedProbabilities(temperature);
    case 'numbers':
      return squaredDifference(1);
  }
}
