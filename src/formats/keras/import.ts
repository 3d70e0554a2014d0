/** Float models of Keras layers as float graphs, with batch 1, one value `input` and one value `output`. */

import { inputError, unsupportedError, withErrorContext } from '../../core/errors.ts';
import type { FloatModel, NamedWeight } from '../../core/float-model.ts';
import { elementCount, formatShape, type Shape, sameShape } from '../../core/tensor.ts';
import { GraphBuilder } from '../../ir/builder.ts';
import { type Graph, getValue, type ValueId } from '../../ir/graph.ts';
import { LAYER_IMPORTERS, type LayerImporter } from './layers.ts';
import { readTopology } from './topology.ts';

const MAX_ELEMENTS = 1 << 28;

type FindWeight = (layerName: string, weightName: string, shape: Shape) => NamedWeight;

/** Names may carry TensorFlow's `:0` and the scopes of models around the layer. */
function weightFinder(weights: readonly NamedWeight[]): FindWeight {
  const named = weights.map((weight) => ({ name: weight.name.replace(/:0$/, ''), weight }));
  return (layerName, weightName, shape) => {
    const wanted = `${layerName}/${weightName}`;
    const exact = named.filter(({ name }) => name === wanted);
    const found = exact.length > 0 ? exact : named.filter(({ name }) => name.endsWith(`/${wanted}`));
    if (found.length !== 1) {
      throw inputError(
        'missing-weight',
        `its weight "${wanted}" is ${found.length === 0 ? 'missing' : `there ${found.length} times`}.`,
        'Save the model again, with its weights.',
      );
    }
    const [{ weight }] = found;
    if (!sameShape(weight.shape, shape) || weight.data.length !== elementCount(shape)) {
      throw inputError(
        'weight-shape',
        `its weight "${wanted}" has shape ${formatShape(weight.shape)} instead of ${formatShape(shape)}.`,
        'The weights belong to another version of the model; save both together.',
      );
    }
    return weight;
  };
}

function importerOf(className: string): LayerImporter {
  if (Object.hasOwn(LAYER_IMPORTERS, className)) return LAYER_IMPORTERS[className];
  throw unsupportedError(
    'unsupported-layer',
    `tinyml does not know how to compute ${className} layers on a microcontroller.`,
    `Replace it with layers among ${Object.keys(LAYER_IMPORTERS).join(', ')}.`,
  );
}

function renamed(graph: Graph, id: ValueId, name: string): Graph {
  return { ...graph, values: new Map(graph.values).set(id, { ...getValue(graph, id), name }) };
}

/** Throws input errors for damaged models and unsupported errors for layers without operators, naming the layer. */
export function importKeras(model: FloatModel): Graph {
  const { inputName, inputShape, layers, outputName } = readTopology(model);
  if (elementCount(inputShape) > MAX_ELEMENTS) {
    throw unsupportedError(
      'model-too-large',
      `The input has shape ${formatShape(inputShape)}; no microcontroller holds it.`,
    );
  }
  const findWeight = weightFinder(model.weights);
  const builder = new GraphBuilder();
  const input = builder.input('input', { dtype: 'float32', shape: inputShape });
  const outputs = new Map<string, ValueId>([[inputName, input]]);
  for (const { name, className, config, inputs } of layers) {
    const output = withErrorContext(`Layer "${name}" (${className})`, () =>
      importerOf(className)({
        name,
        config,
        builder,
        inputs: inputs.map((producer) => outputs.get(producer) as ValueId),
        weight: (weightName, shape) => findWeight(name, weightName, shape),
      }),
    );
    outputs.set(name, output);
  }
  const output = outputs.get(outputName);
  if (output === undefined)
    throw inputError('bad-topology', `The model's output layer "${outputName}" does not exist.`);
  if (output === input) {
    throw unsupportedError(
      'empty-model',
      'The model has no layer that computes anything.',
      'Add a Dense layer.',
    );
  }
  return renamed(builder.build([output]), output, 'output');
}
