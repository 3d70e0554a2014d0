/** Float models of Keras layers as float graphs, with batch 1, one value `input` and one value `output`. */

import { unsupportedError, withErrorContext } from '../../core/errors.ts';
import type { FloatModel } from '../../core/float-model.ts';
import { elementCount, formatShape } from '../../core/tensor.ts';
import { GraphBuilder } from '../../ir/builder.ts';
import { type Graph, getValue, type ValueId } from '../../ir/graph.ts';
import type { CallArguments } from './calls.ts';
import { LayerContext, type LayerImporter, type LayerValue, type Writer } from './layer.ts';
import { layerRow, SUPPORTED_LAYERS } from './layers.ts';
import { readTopology } from './topology.ts';
import { weightFinder } from './weights.ts';

const MAX_ELEMENTS = 1 << 28;

function importerOf(className: string): LayerImporter {
  const row = layerRow(className);
  if (row !== undefined && 'import' in row) return row.import;
  throw unsupportedError(
    'unsupported-layer',
    `tinyml cannot compute ${className} layers on a microcontroller${row === undefined ? '' : `: ${row.reason}`}.`,
    row?.instead ?? `Replace it with layers among ${SUPPORTED_LAYERS.join(', ')}.`,
  );
}

function writerOf(version: unknown): Writer {
  if (typeof version !== 'string') return 'tfjs';
  if (version.startsWith('tfjs')) return 'tfjs';
  return /^[012]\./.test(version) ? 'keras-2' : 'keras-3';
}

function renamed(graph: Graph, id: ValueId, name: string): Graph {
  return { ...graph, values: new Map(graph.values).set(id, { ...getValue(graph, id), name }) };
}

/** Throws input errors for damaged models and unsupported errors for layers without operators, naming the layer. */
export function importKeras({ topology, weights }: FloatModel): Graph {
  const { inputShape, calls, output } = readTopology(topology);
  if (elementCount(inputShape) > MAX_ELEMENTS) {
    throw unsupportedError(
      'model-too-large',
      `The input has shape ${formatShape(inputShape)}; no microcontroller holds it.`,
    );
  }
  const weightsOf = weightFinder(weights);
  const builder = new GraphBuilder();
  const writer = writerOf(topology.keras_version);
  const narrowed = new Map<ValueId, ValueId>();
  const input = builder.input('input', { dtype: 'float32', shape: inputShape });
  const values = new Map<number, LayerValue>([[0, { id: input, shape: inputShape }]]);
  const contextOf = (
    path: readonly string[],
    name: string,
    config: LayerContext['config'],
    inputs: LayerValue[],
    callArguments?: CallArguments,
  ) =>
    new LayerContext(name, config, inputs, {
      builder,
      writer,
      narrowed,
      weight: weightsOf(path),
      arguments: callArguments,
    });
  for (const { name, path, className, config, inputs, arguments: given, output } of calls) {
    const read = inputs.map((tensor) => values.get(tensor) as LayerValue);
    values.set(
      output,
      withErrorContext(`Layer "${name}" (${className})`, () =>
        importerOf(className)(contextOf(path, name, config, read, given)),
      ),
    );
  }
  const result = values.get(output) as LayerValue;
  if (result.id === input) {
    throw unsupportedError(
      'empty-model',
      'The model has no layer that computes anything.',
      'Add a Dense layer.',
    );
  }
  const last = calls.at(-1) as (typeof calls)[number];
  const id = contextOf(last.path, last.name, last.config, []).narrow(result);
  return renamed(builder.build([id]), id, 'output');
}
