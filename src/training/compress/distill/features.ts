/** Layers of a model that are to do what layers of its teacher do. */

import { usageError } from '../../../core/errors.ts';
import { nearestName } from '../../../core/nearest-name.ts';
import { elementCount, formatShape, type Shape } from '../../../core/tensor.ts';
import { type Graph, getValue, type ValueId } from '../../../ir/graph.ts';

/** Names of layers, in the model and in its teacher. */
export interface FeaturePair {
  readonly student: string;
  readonly teacher: string;
}

/** What the last operator of a layer makes; undefined where there is no such layer. */
export function layerValue({ nodes }: Graph, layer: string): ValueId | undefined {
  return nodes.findLast(({ name }) => name === layer)?.outputs[0];
}

function requireLayer(graph: Graph, layer: string, whose: string): ValueId {
  const value = layerValue(graph, layer);
  if (value !== undefined) return value;
  const names = [...new Set(graph.nodes.map(({ name }) => name))];
  const near = nearestName(layer, names);
  throw usageError(
    'unknown-layer',
    `${whose} has no layer "${layer}" behind folding and fusing`,
    near === undefined ? `Its layers are ${names.join(', ')}.` : `Did you mean "${near}"?`,
  );
}

function shapeOf(graph: Graph, id: ValueId): Shape {
  return getValue(graph, id).type.shape.slice(1);
}

/** The values of the teacher. Throws usage errors for layers that are not there or of other shapes. */
export function teachersFeatures(
  model: Graph,
  teacher: Graph,
  pairs: readonly FeaturePair[],
  name: string,
): ValueId[] {
  return pairs.map((pair) => {
    const theirs = requireLayer(teacher, pair.teacher, `The teacher "${name}"`);
    const [own, other] = [
      shapeOf(model, requireLayer(model, pair.student, 'The model')),
      shapeOf(teacher, theirs),
    ];
    if (formatShape(own) === formatShape(other)) return theirs;
    throw usageError(
      'feature-shapes',
      `Layer "${pair.student}" of the model makes ${formatShape(own)}, and layer "${pair.teacher}" of its teacher ${formatShape(other)}`,
      'Pair layers of equal shapes.',
    );
  });
}

/** How many one sample has of it. */
export function valuesOf(graph: Graph, id: ValueId): number {
  return elementCount(getValue(graph, id).type.shape);
}

/** The value of a layer that has kept its name and as many elements; undefined where a method has changed it. */
export function remainingFeature(graph: Graph, layer: string, size: number): ValueId | undefined {
  const value = layerValue(graph, layer);
  return value !== undefined && valuesOf(graph, value) === size ? value : undefined;
}
