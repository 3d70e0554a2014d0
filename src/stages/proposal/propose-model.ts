/** A network that fits the shape of the samples and the task. */

import type { Shape } from '../../core/tensor.ts';
import type { Task } from '../../models/score/tasks.ts';
import type { ProjectInput } from '../config.ts';

type Model = NonNullable<ProjectInput['model']>;

/** `outputs`: numbers to be predicted, or classes. */
export function proposeModel(task: Task, shape: Shape, outputs: number): Model {
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  if (task === 'anomaly') {
    return {
      layers: [
        ...(shape.length > 1 ? [{ type: 'Flatten' as const }] : []),
        { type: 'Dense', units: 24, activation: 'relu' },
        { type: 'Dense', units: 6, activation: 'relu' },
        { type: 'Dense', units: 24, activation: 'relu' },
        { type: 'Dense', units: size },
      ],
    };
  }
  const last =
    task === 'regression'
      ? { type: 'Dense' as const, units: outputs }
      : outputs === 2
        ? { type: 'Dense' as const, units: 1, activation: 'sigmoid' as const }
        : { type: 'Dense' as const, units: outputs, activation: 'softmax' as const };
  if (shape.length === 1) {
    return {
      layers: [
        { type: 'Dense', units: 32, activation: 'relu' },
        { type: 'Dense', units: 16, activation: 'relu' },
        last,
      ],
    };
  }
  if (shape.length === 2) {
    return {
      layers: [
        { type: 'Conv1D', filters: 8, kernelSize: 5, strides: 2, activation: 'relu' },
        { type: 'Conv1D', filters: 16, kernelSize: 5, strides: 2, activation: 'relu' },
        { type: 'Conv1D', filters: 16, kernelSize: 5, strides: 2, activation: 'relu' },
        { type: 'GlobalAveragePooling1D' },
        last,
      ],
    };
  }
  return {
    layers: [
      { type: 'Conv2D', filters: 8, kernelSize: 3, padding: 'same', activation: 'relu' },
      { type: 'MaxPooling2D' },
      { type: 'Conv2D', filters: 16, kernelSize: 3, padding: 'same', activation: 'relu' },
      { type: 'MaxPooling2D' },
      { type: 'Conv2D', filters: 24, kernelSize: 3, activation: 'relu' },
      { type: 'GlobalAveragePooling2D' },
      last,
    ],
  };
}
