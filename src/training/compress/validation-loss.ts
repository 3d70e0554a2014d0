/** The loss of a graph over the samples that validate, as training reports it for its epochs. */

import { elementCount } from '../../core/tensor.ts';
import { createInterpreter } from '../../interpreter/interpreter.ts';
import { type Graph, getValue } from '../../ir/graph.ts';
import { LOSSES } from '../compiled/losses.ts';
import { samplesInOrder } from '../samples/sample-stream.ts';
import type { Workshop } from './method.ts';

export function validationLoss(
  graph: Graph,
  { validation, recipe }: Pick<Workshop, 'validation' | 'recipe'>,
): number {
  const interpreter = createInterpreter(graph);
  const samples = samplesInOrder(validation);
  const input = new Float32Array(elementCount(validation.x.shape));
  const { shape } = getValue(graph, graph.outputs[0]).type;
  const targets = new Float32Array(elementCount(shape));
  const width = shape.at(-1) ?? 1;
  let sum = 0;
  for (let index = 0; index < samples.count; index++) {
    samples.read(index, 1, input, targets);
    const [made] = interpreter.invoke([input]) as readonly Float32Array[];
    sum += LOSSES[recipe.loss].value(made, targets, made.length, width);
  }
  return sum / samples.count;
}
