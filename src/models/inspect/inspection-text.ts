/** Figures of an inspection as people read them: what is not exact says so. */

import { formatCount, formatFigure } from '../../core/figure-text.ts';
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

/** What must be said about arena figures, each a sentence. Names in them are foreign text. */
export function arenaNotes(arena: readonly ArenaSummary[]): string[] {
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
