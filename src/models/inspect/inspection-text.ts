/** Figures of an inspection as people read them: what is not exact says so. */

import { countOf, formatCount, formatFigure } from '../../core/figure-text.ts';
import { STANDALONE_TARGET, type Target } from '../../planner/target.ts';
import { bandingText } from '../../targets/c/bands/banding.ts';
import type { ArenaSummary, Inspection, QuantizationSummary } from './inspect-model.ts';

/** Nothing for a tensor without. */
export function formatQuantization(quantization: QuantizationSummary | undefined): string {
  if (quantization === undefined) return '';
  if ('zeroPoint' in quantization)
    return `scale ${formatFigure(quantization.scale)}, zero point ${quantization.zeroPoint}`;
  const { channels, axis, minScale, maxScale } = quantization;
  return `${channels} scales ${formatFigure(minScale)} … ${formatFigure(maxScale)} along axis ${axis}`;
}

/** `at least` where an operator of unknown cost is among them. */
export function formatMacs({ macs, macsAtLeast }: Inspection): string {
  return `${macsAtLeast ? 'at least ' : ''}${formatCount(macs)}`;
}

/** `at least` where the memory of an operator is not known. */
export function formatArenaBytes(bytes: number, { unknownOperators }: ArenaSummary): string {
  return `${unknownOperators.length === 0 ? '' : 'at least '}${formatCount(bytes)}`;
}

/** The columns of `memoryRows`, behind the target. */
export const MEMORY_COLUMNS = ['used', 'activations', 'persistent', 'least that works'] as const;

/** What a model works on in every build of TensorFlow Lite Micro, and without an interpreter; a row for each target. */
export function memoryRows({ arena, standalone }: Inspection): readonly (readonly string[])[] {
  const builds = arena.map((one) => [
    one.target,
    ...[one.usedBytes, one.headBytes, one.tailBytes, one.minimumBytes].map((bytes) =>
      formatArenaBytes(bytes, one),
    ),
  ]);
  if ('refusal' in standalone) return builds;
  const { bufferBytes, stateBytes } = standalone;
  const all = bufferBytes + stateBytes;
  return [...builds, [STANDALONE_TARGET, ...[all, bufferBytes, stateBytes, all].map(formatCount)]];
}

/** The last column of one target; undefined where no plan is possible. */
export function leastMemory(inspection: Inspection, target: Target): string | undefined {
  return memoryRows(inspection)
    .find(([name]) => name === target)
    ?.at(-1);
}

/** What must be said about C without an interpreter, each a sentence. Names in them are foreign text. */
function standaloneNotes({ standalone }: Inspection): string[] {
  if ('refusal' in standalone) return [`There is no ${STANDALONE_TARGET} of it: ${standalone.refusal}`];
  const { bufferBytes, lowerBound, callerBytes, banding } = standalone;
  const caller = `${STANDALONE_TARGET} reads inputs and writes outputs where the caller has them, ${countOf(callerBytes, 'byte')}; arenas hold them as well.`;
  const notes = [caller, ...(banding === undefined ? [] : [bandingText(banding)])];
  if (lowerBound === bufferBytes) return notes;
  return [
    ...notes,
    `Its buffer of ${countOf(bufferBytes, 'byte')} is the least that was found; it is proven that none is smaller than ${formatCount(lowerBound)}.`,
  ];
}

/** What must be said about the figures of `memoryRows`. */
export function memoryNotes(inspection: Inspection): string[] {
  return [...arenaNotes(inspection.arena), ...standaloneNotes(inspection)];
}

/** What must be said about arena figures, each a sentence. Names in them are foreign text. */
function arenaNotes(arena: readonly ArenaSummary[]): string[] {
  const notes: string[] = [];
  const unknown = new Map<string, string[]>();
  for (const { target, unknownOperators } of arena) {
    for (const name of unknownOperators) unknown.set(name, [...(unknown.get(name) ?? []), target]);
  }
  for (const [name, targets] of unknown) {
    const where = targets.length === arena.length ? '' : ` in ${targets.join(', ')}`;
    notes.push(`The memory of ${name} is not known${where}, so the figures are lower bounds.`);
  }
  const planning = arena.filter(({ minimumSetBy }) => minimumSetBy === 'planning');
  if (planning.length > 0) {
    const where =
      planning.length === arena.length ? '' : ` (${planning.map(({ target }) => target).join(', ')})`;
    notes.push(
      `The least arena is larger than what arena_used_bytes() reports${where}: the planner needs the rest for itself while it plans.`,
    );
  }
  const accepted = arena.filter(({ minimumBytes, acceptedBytes }) => acceptedBytes < minimumBytes);
  if (accepted.length > 0) {
    const figures = accepted.map(({ target, acceptedBytes }) => `${formatCount(acceptedBytes)} (${target})`);
    notes.push(
      `TensorFlow Lite Micro accepts ${figures.join(', ')}: less than works safely, because kernel data then overwrites what was fetched for a moment.`,
    );
  }
  return notes;
}
