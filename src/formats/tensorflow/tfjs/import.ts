/** Graph models of TensorFlow.js: a graph in model.json, its constants in files beside it. */

import * as z from 'zod';
import { unsupportedError } from '../../../core/errors.ts';
import { bytesOf } from '../../../core/tensor.ts';
import { decodeText } from '../../../core/text.ts';
import type { Imported, ImportSource, LoadBeside } from '../../importer.ts';
import { parseJson } from '../../parse-json.ts';
import { damagedModel, type Manifest, manifestSchema, readWeights } from '../../tfjs/weights-manifest.ts';
import type { End } from '../ends.ts';
import { graphOf } from '../import.ts';
import { graphFromJson, graphJsonSchema, type Weight } from './graph-json.ts';

const ends = z.record(z.string(), z.looseObject({ name: z.string() }));
const signature = z.looseObject({ inputs: ends.optional(), outputs: ends.optional() });
const modelSchema = z.looseObject({
  format: z.literal('graph-model'),
  modelTopology: graphJsonSchema,
  weightsManifest: manifestSchema,
  signature: signature.optional(),
});

const damaged = damagedModel('graph model of TensorFlow.js', 'Convert the model again.');

/** `DataType` of types.proto. */
const TYPES = { float32: 1, int32: 3, bool: 10 } as const;

function weightsByName(groups: Manifest, load: LoadBeside): ReadonlyMap<string, Weight> {
  return new Map(
    readWeights(groups, load, damaged).map(({ name, dtype, shape, data }) => [
      name,
      { dataType: TYPES[dtype], shape, content: bytesOf(data) },
    ]),
  );
}

function endsOf(entries: z.output<typeof ends> | undefined): readonly End[] | undefined {
  const found = Object.entries(entries ?? {}).map(([name, one]) => ({ name, tensor: one.name }));
  return found.length === 0
    ? undefined
    : found.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

export function importGraphModel({ bytes, loadBeside, ...wishes }: ImportSource): Imported {
  const parsed = modelSchema.safeParse(parseJson(decodeText(bytes, 'The model.json'), damaged));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw damaged(`${issue.path.join('.')}: ${issue.message}`);
  }
  const { modelTopology, weightsManifest } = parsed.data;
  const weights = weightsByName(weightsManifest, loadBeside);
  const [inputs, outputs] = [endsOf(parsed.data.signature?.inputs), endsOf(parsed.data.signature?.outputs)];
  const source = {
    graph: graphFromJson(modelTopology, weights),
    ...(inputs === undefined ? {} : { inputs }),
    ...(outputs === undefined ? {} : { outputs }),
    readVariable: (name: string): never => {
      throw unsupportedError(
        'not-frozen',
        `"${name}" is a variable, and its value is not in the file.`,
        'Convert the model again.',
      );
    },
  };
  return { graph: graphOf(source, wishes, bytes.length) };
}
