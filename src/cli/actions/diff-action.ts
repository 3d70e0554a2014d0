/** `tinyml diff`: two model files side by side. */

import { mismatchError, withErrorContext } from '../../core/errors.ts';
import { given } from '../../core/given.ts';
import type { FloatArray } from '../../data/records/float-array.ts';
import type { Imported } from '../../formats/importer.ts';
import { diffModels } from '../../models/diff/diff-models.ts';
import { type ModelFacts, readModelFacts } from '../../models/diff/model-facts.ts';
import type { HuffmanTime, Optimize } from '../../targets/c/optimize.ts';
import type { DiffJson } from '../printed-json.ts';
import { type DiffName, renderDiff } from '../render/model-diff.ts';
import { renderDiffMarkdown } from '../render/model-diff-markdown.ts';
import type { Session } from '../terminal/session.ts';
import { readAnyModel } from '../workspace/model-bytes.ts';
import { readModelSamples } from '../workspace/samples.ts';

/** Options of `tinyml diff`. */
export interface DiffFlags {
  readonly input?: string;
  readonly exitCode?: boolean;
  readonly markdown?: boolean;
  readonly optimize?: Optimize;
  readonly huffman?: HuffmanTime;
}

interface DiffSide {
  readonly name: DiffName;
  readonly facts: ModelFacts;
  readonly inputOrders?: Imported['inputOrders'];
}

async function readSide(session: Session, name: string): Promise<DiffSide> {
  const { bytes, converted, inputOrders } = await readAnyModel(session, name);
  const facts = withErrorContext(name, () => readModelFacts(bytes));
  return { name: { name, converted }, facts, ...given({ inputOrders }) };
}

/** For the inputs of the first model; those of the second have to be the same. Of a model that nobody computes here none are read. */
function samplesFor(
  session: Session,
  { facts, inputOrders }: DiffSide,
  input: string,
): FloatArray | undefined {
  const { model } = facts;
  return model && readModelSamples(session, input, { graph: model.graph, ...given({ inputOrders }) });
}

/** Prints what differs. Throws `models-differ` (mismatch) where that was asked to fail. */
export async function diffAction(session: Session, a: string, b: string, flags: DiffFlags): Promise<void> {
  const { input, exitCode, markdown, optimize, huffman } = flags;
  const [sideA, sideB] = [await readSide(session, a), await readSide(session, b)];
  const records = input === undefined ? undefined : samplesFor(session, sideA, input);
  const diff = diffModels(sideA.facts, sideB.facts, records, given({ optimize, huffman }));
  const names = { a: sideA.name, b: sideB.name };
  const render = markdown === true ? renderDiffMarkdown : renderDiff;
  session.emit<DiffJson>(() => render({ ...names, diff }, session.columns), { ...names, ...diff });
  if (exitCode === true && !diff.identical) {
    throw mismatchError('models-differ', 'The models differ');
  }
}
