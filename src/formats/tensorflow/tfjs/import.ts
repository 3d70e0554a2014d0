/** Graph models of TensorFlow.js: a graph in model.json, its constants in files beside it. */

import * as z from 'zod';
import { inputError, unsupportedError } from '../../../core/errors.ts';
import { decodeText } from '../../../core/text.ts';
import { Allowance } from '../../allowance.ts';
import type { Imported, ImportSource, LoadBeside } from '../../importer.ts';
import { parseJson } from '../../parse-json.ts';
import type { End } from '../ends.ts';
import { graphOf } from '../import.ts';
import { graphFromJson, graphJsonSchema, type Weight } from './graph-json.ts';

const ends = z.record(z.string(), z.looseObject({ name: z.string() }));
const signature = z.looseObject({ inputs: ends.optional(), outputs: ends.optional() });
const weight = z.looseObject({
  name: z.string().max(4096),
  shape: z.array(z.int().min(0)).max(8),
  dtype: z.string(),
  quantization: z.unknown().optional(),
});
const modelSchema = z.looseObject({
  format: z.literal('graph-model'),
  modelTopology: graphJsonSchema,
  weightsManifest: z
    .array(z.looseObject({ paths: z.array(z.string()).max(10_000), weights: z.array(weight).max(100_000) }))
    .max(10_000),
  signature: signature.optional(),
});

const MARK = /"format"\s*:\s*"graph-model"/;
/** Of a file with a graph of many nodes. */
const LOOKED_AT_BYTES = 2 ** 25;

export function isGraphModel(bytes: Uint8Array): boolean {
  return MARK.test(new TextDecoder().decode(bytes.subarray(0, LOOKED_AT_BYTES)));
}

function damaged(detail: string, cause?: unknown): Error {
  return inputError(
    'bad-tfjs-model',
    `model.json is not a readable graph model of TensorFlow.js: ${detail}.`,
    'Convert the model again.',
    cause,
  );
}

/** `DataType` and bytes of an element. */
const STORED: Readonly<Record<string, readonly [dataType: number, bytes: number]>> = {
  float32: [1, 4],
  int32: [3, 4],
  bool: [10, 1],
};

type Group = z.output<typeof modelSchema>['weightsManifest'][number];

function weightsOf(
  { paths, weights }: Group,
  loadBeside: LoadBeside,
): readonly (readonly [string, Weight])[] {
  const shards = paths.map(loadBeside);
  const joined = new Uint8Array(shards.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const shard of shards) {
    joined.set(shard, at);
    at += shard.length;
  }
  let offset = 0;
  const read = weights.map(({ name, shape, dtype, quantization }) => {
    const stored = STORED[dtype];
    if (stored === undefined || quantization !== undefined) {
      throw unsupportedError(
        'tfjs-weight-type',
        `Weight "${name}" is ${quantization === undefined ? dtype : `quantized ${dtype}`}, and tinyml reads float32, int32 and bool.`,
        'Convert the model without weight quantization; tinyml quantizes it itself.',
      );
    }
    const [dataType, bytes] = stored;
    const start = offset;
    offset += shape.reduce((count, size) => count * size, bytes);
    return [name, { dataType, shape, content: joined.subarray(start, offset) }] as const;
  });
  if (offset === joined.length) return read;
  throw damaged(`its weight files hold ${joined.length} bytes instead of the ${offset} that it lists`);
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
  const weights = new Map(weightsManifest.flatMap((group) => weightsOf(group, loadBeside)));
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
  return { graph: graphOf(source, wishes, new Allowance(bytes.length, 'computed')) };
}
