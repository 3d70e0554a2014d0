/** SavedModels: a folder with the graph in `saved_model.pb` and the variables beside it. */

import { inputError, unsupportedError } from '../../../core/errors.ts';
import type { Imported, ImportSource } from '../../importer.ts';
import { readMessage } from '../../protobuf/message.ts';
import type { End } from '../ends.ts';
import { graphOf } from '../import.ts';
import { type MetaGraphProto, SAVED_MODEL, type SignatureProto } from './messages.ts';
import { variableReader } from './variables.ts';

const DEFAULT_SIGNATURE = 'serving_default';
/** What is run once before. */
const INIT_SIGNATURE = '__saved_model_init_op';

function signatureOf({ signatures }: MetaGraphProto, wanted: string | undefined): SignatureProto {
  const names = signatures.map(({ key }) => key).filter((key) => key !== INIT_SIGNATURE);
  const standard = names.includes(DEFAULT_SIGNATURE)
    ? DEFAULT_SIGNATURE
    : names.length === 1
      ? names[0]
      : undefined;
  const found = signatures.find(({ key }) => key === (wanted ?? standard))?.value;
  if (found !== undefined) return found;
  if (names.length === 0) {
    throw unsupportedError(
      'no-signature',
      'The SavedModel has no signature, so its inputs and outputs are not known.',
      'Save it with model.export(), or with tf.saved_model.save(model, folder, signatures=…).',
    );
  }
  throw unsupportedError(
    'several-signatures',
    wanted === undefined
      ? `The SavedModel has several signatures: ${names.join(', ')}.`
      : `The SavedModel has no signature "${wanted}".`,
    `Name one: ${names.map((name) => `"--signature ${name}"`).join(' or ')}.`,
  );
}

function endsOf(entries: SignatureProto['inputs']): readonly End[] {
  return entries
    .map(({ key, value }) => ({ name: key, tensor: value?.name ?? '' }))
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

export function importSavedModel({ bytes, loadBeside, signature, ...wishes }: ImportSource): Imported {
  const { metaGraphs } = readMessage(bytes, SAVED_MODEL);
  const meta = metaGraphs.find(({ info }) => info?.tags.includes('serve')) ?? metaGraphs[0];
  const graph = meta?.graph;
  if (graph === undefined) throw inputError('no-graph', 'The SavedModel has no graph.');
  const { inputs, outputs } = signatureOf(meta, signature);
  const readVariable = variableReader(graph, meta.objects, loadBeside);
  const source = { graph, inputs: endsOf(inputs), outputs: endsOf(outputs), readVariable };
  return { graph: graphOf(source, wishes, bytes.length) };
}
