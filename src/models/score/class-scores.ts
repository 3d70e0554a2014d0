/** How a classifier does: its decisions, and the probabilities behind them. */

import { areaUnderCurve, averagePrecision, isRanked, type Ranking, rank } from './ranking.ts';

/** What one class is confused with. Undefined where it is neither met nor chosen, so that nothing can be said. */
export interface ClassFigures {
  readonly samples: number;
  readonly precision?: number;
  readonly recall?: number;
  readonly f1?: number;
}

/** A tenth of the probabilities, and how often what they say came true. */
export interface CalibrationBin {
  readonly samples: number;
  readonly meanConfidence: number;
  readonly accuracy: number;
}

export interface ClassScores {
  readonly accuracy: number;
  /** Mean recall of the classes that are met. */
  readonly balancedAccuracy: number;
  /** Of two classes that of the second; else the mean over the classes that are met or chosen. */
  readonly f1: number;
  /** Of two classes that of the second; else the mean over the classes of each against all others. */
  readonly auc?: number;
  readonly averagePrecision?: number;
  /** Mean −log of the probability that the right class gets, which is at least 1e-7. */
  readonly logLoss: number;
  /** Mean distance of confidence and accuracy over ten equal bins, weighted by samples. */
  readonly calibrationError: number;
  /** Samples by class, [actual][predicted]. */
  readonly confusion: readonly (readonly number[])[];
  readonly classes: readonly ClassFigures[];
  readonly calibration: readonly CalibrationBin[];
}

/** Probabilities of `classes` classes for every sample; one output speaks for the second of two. */
export interface Probabilities {
  readonly data: ArrayLike<number>;
  readonly classes: number;
  /** Outputs of a sample: `classes`, or 1. */
  readonly width: number;
}

const LEAST_PROBABILITY = 1e-7;

export function probabilityOf({ data, width }: Probabilities, sample: number, place: number): number {
  if (width > 1) return data[sample * width + place];
  return place === 1 ? data[sample] : 1 - data[sample];
}

/** The class with the largest probability, the first of equal ones, as sketches decide; of one output, whether it is above 0.5. */
export function decide(probabilities: Probabilities, samples: number): Int32Array {
  const { data, width } = probabilities;
  return Int32Array.from({ length: samples }, (_, sample) => {
    if (width === 1) return data[sample] > 0.5 ? 1 : 0;
    let place = 0;
    for (let i = 1; i < width; i++) if (data[sample * width + i] > data[sample * width + place]) place = i;
    return place;
  });
}

function confusionOf(
  decisions: Int32Array,
  actual: Int32Array,
  classes: number,
): readonly (readonly number[])[] {
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < actual.length; i++) confusion[actual[i]][decisions[i]]++;
  return confusion;
}

function figuresOf(confusion: readonly (readonly number[])[], place: number): ClassFigures {
  const right = confusion[place][place];
  const samples = confusion[place].reduce((sum, count) => sum + count, 0);
  const chosen = confusion.reduce((sum, row) => sum + row[place], 0);
  return {
    samples,
    ...(chosen > 0 ? { precision: right / chosen } : {}),
    ...(samples > 0 ? { recall: right / samples } : {}),
    ...(samples + chosen > 0 ? { f1: (2 * right) / (samples + chosen) } : {}),
  };
}

function meanOf(values: readonly (number | undefined)[]): number {
  const known = values.filter((value) => value !== undefined);
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** Each class against all others; of two classes the second alone. */
export function rankings(probabilities: Probabilities, actual: Int32Array): readonly Ranking[] {
  const places =
    probabilities.classes === 2 ? [1] : Array.from({ length: probabilities.classes }, (_, i) => i);
  return places.map((place) =>
    rank(
      Float64Array.from(actual, (_, sample) => probabilityOf(probabilities, sample, place)),
      actual.map((own) => (own === place ? 1 : 0)),
    ),
  );
}

const BINS = 10;

function calibrationOf(
  probabilities: Probabilities,
  decisions: Int32Array,
  actual: Int32Array,
): readonly CalibrationBin[] {
  const bins = Array.from({ length: BINS }, () => ({ samples: 0, confidence: 0, right: 0 }));
  for (let sample = 0; sample < actual.length; sample++) {
    const confidence = probabilityOf(probabilities, sample, decisions[sample]);
    const bin = bins[Math.max(0, Math.min(BINS - 1, Math.floor(confidence * BINS)))];
    bin.samples++;
    bin.confidence += confidence;
    if (decisions[sample] === actual[sample]) bin.right++;
  }
  return bins.map(({ samples, confidence, right }) => ({
    samples,
    meanConfidence: samples === 0 ? 0 : confidence / samples,
    accuracy: samples === 0 ? 0 : right / samples,
  }));
}

/** `actual` has the place of every sample's class. */
export function classScores(probabilities: Probabilities, actual: Int32Array): ClassScores {
  const { classes: count } = probabilities;
  const samples = actual.length;
  const decisions = decide(probabilities, samples);
  const confusion = confusionOf(decisions, actual, count);
  const classes = confusion.map((_, place) => figuresOf(confusion, place));
  const calibration = calibrationOf(probabilities, decisions, actual);
  const ranked = rankings(probabilities, actual).filter(isRanked);
  let loss = 0;
  for (let sample = 0; sample < samples; sample++) {
    loss -= Math.log(Math.max(LEAST_PROBABILITY, probabilityOf(probabilities, sample, actual[sample])));
  }
  return {
    accuracy: confusion.reduce((sum, row, place) => sum + row[place], 0) / samples,
    balancedAccuracy: meanOf(classes.map(({ recall }) => recall)),
    f1: count === 2 ? (classes[1].f1 ?? 0) : meanOf(classes.map(({ f1 }) => f1)),
    ...(ranked.length === 0
      ? {}
      : {
          auc: meanOf(ranked.map((ranking) => areaUnderCurve(ranking))),
          averagePrecision: meanOf(ranked.map(averagePrecision)),
        }),
    logLoss: loss / samples,
    calibrationError: calibration.reduce(
      (sum, bin) => sum + (bin.samples / samples) * Math.abs(bin.meanConfidence - bin.accuracy),
      0,
    ),
    confusion,
    classes,
    calibration,
  };
}
