/** An examination in sentences. Names of layers in them are foreign text. */

import { countOf, formatCount, formatFigure } from '../../core/figure-text.ts';
import type { ChannelFinding } from './channel-findings.ts';
import { type RefusedCure, recipeText, type TriedCure } from './cures.ts';
import type { Examination } from './examine.ts';
import type { Limit } from './limits.ts';
import type { WeightFinding } from './weight-findings.ts';

const LISTED_CHANNELS = 12;

function channelList(channels: readonly number[]): string {
  const listed = channels.slice(0, LISTED_CHANNELS).join(', ');
  return channels.length > LISTED_CHANNELS ? `${listed}, …` : listed;
}

/** With three digits: more are of no use for a comparison. */
function factor(times: number | undefined): string {
  return formatFigure(times === undefined ? undefined : Number(times.toPrecision(3)));
}

function channelSentence({ layer, finding, channels, of, times }: ChannelFinding): string {
  const several = channels.length > 1;
  const which = `${layer}: channel${several ? 's' : ''} ${channelList(channels)}${several ? ` (${channels.length} of ${of})` : ''}`;
  switch (finding) {
    case 'dead':
      return `${which} never changed during calibration.`;
    case 'lost':
      return several
        ? `${which} change by less than one int8 step: nothing of them is left.`
        : `${which} changes by less than one int8 step: nothing of it is left.`;
    case 'wide':
      return several
        ? `${which} reach up to ${factor(times)} times as far as the others, and make their steps coarse.`
        : `${which} reaches ${factor(times)} times as far as the others, and makes their steps coarse.`;
  }
}

function weightSentence(finding: WeightFinding): string {
  const { layer, operator, weights, times, outputChannel, inputChannel } = finding;
  const places = [
    ...(outputChannel === undefined ? [] : [`of channel ${outputChannel}`]),
    ...(inputChannel === undefined ? [] : [`on input channel ${inputChannel}`]),
  ].join(' ');
  return weights === 1
    ? `${layer} (${operator}): the weight ${places} is ${factor(times)} times the median of those that share its scale.`
    : `${layer} (${operator}): ${formatCount(weights)} weights ${places} are up to ${factor(times)} times the median of those that share their scale.`;
}

/** What each limit means for who wants more. */
const LIMIT_SENTENCES: Readonly<Record<Limit, string>> = {
  input:
    'Input-bound: rounding the input alone costs about as much as all that is left. No method helps there; an input of int16 or float would.',
  output:
    'Output-bound: rounding the output alone costs about as much as all that is left. No method helps there; an output of int16 or float would.',
  weights: 'In plain int8 most of the noise comes of weights.',
  activations: 'In plain int8 most of the noise comes of activations.',
  calibration:
    'Records that calibration has not seen are served worse than those that it has: calibrate with more samples.',
};

function formText({ method, densePerChannel }: TriedCure | RefusedCure): string {
  return `${recipeText(method)}${densePerChannel ? ', dense per channel' : ''}`;
}

/** What a cure takes more than today's form; empty where that is nothing. */
function price(cure: TriedCure, now: TriedCure | RefusedCure): string {
  if ('refusal' in now) return '';
  const more = [
    [cure.bytes - now.bytes, 'bytes of the file'],
    [cure.arenaBytes - now.arenaBytes, 'bytes of the arena'],
  ] as const;
  const costs = more.flatMap(([count, what]) => (count > 0 ? [`${formatCount(count)} ${what}`] : []));
  return costs.length === 0 ? '' : ` and takes ${costs.join(' and ')} more`;
}

function advice({ recommendation, cures: [now] }: Examination): string {
  if (recommendation === undefined) {
    return `Leave it at ${formText(now)}: nothing that was tried gains a decibel on both halves of the held-out records.`;
  }
  const { cure, gainDb } = recommendation;
  const samples = cure.samples === now.samples ? '' : ` with ${countOf(cure.samples, 'sample')}`;
  const gain = gainDb === undefined ? 'which leaves no noise at all' : `which gains ${gainDb.toFixed(1)} dB`;
  return `Take ${formText(cure)}${samples} instead of ${formText(now)}, ${gain} on held-out records${price(cure, now)}.`;
}

/** What people are told. */
export interface ExaminationSentences {
  /** What is wrong with channels and weights. */
  readonly findings: readonly string[];
  /** What keeps the network from being better. */
  readonly limits: readonly string[];
  /** Cures that are not possible, and why. */
  readonly refusals: readonly string[];
  /** What to do. */
  readonly advice: string;
}

/** What an examination found and what to do, in sentences. */
export function examinationSentences(found: Examination): ExaminationSentences {
  const { channels, weights, limits, cures } = found;
  return {
    findings: [...channels.map(channelSentence), ...weights.map(weightSentence)],
    limits: limits.map((limit) => LIMIT_SENTENCES[limit]),
    refusals: cures.flatMap((cure) => ('refusal' in cure ? [`${formText(cure)}: ${cure.refusal}.`] : [])),
    advice: advice(found),
  };
}
