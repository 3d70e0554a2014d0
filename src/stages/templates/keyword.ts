/**
 * Half a second of sound at 8 kHz each, with a word in it or none, by a synthesizer of formants: a voice or a hiss through
 * three resonances that move. Speakers differ in pitch, in the length of their throats, in speed and loudness; there is a
 * room's noise behind all of them. "other" are words that were made up for one recording.
 */

import { createRandom, type Random } from '../../core/random.ts';
import { encodeWav } from '../../data/sources/wav/encode-wav.ts';
import { between, type FilesTemplate, filesByClass } from './template.ts';

const CLASSES = ['no', 'noise', 'other', 'yes'] as const;
const RECORDINGS = 60;
const RATE = 8000;
const SAMPLES = 4000;
/** Hertz: how wide the resonances are. */
const WIDTHS = [80, 110, 160];

/** A sound that a word passes through: from one to the next everything slides. */
interface Sound {
  /** Centres of the three resonances in hertz, of a throat of mean length. */
  readonly formants: readonly [number, number, number];
  /** How loud the voice and the hiss are. */
  readonly voice: number;
  readonly hiss: number;
  /** In parts of the word. */
  readonly length: number;
}

const sound = (formants: Sound['formants'], voice: number, hiss: number, length: number): Sound => ({
  formants,
  voice,
  hiss,
  length,
});

const YES = [
  sound([280, 2250, 2900], 0.7, 0, 1),
  sound([560, 1850, 2500], 1, 0, 1.6),
  sound([500, 1800, 2600], 0.5, 0.1, 0.4),
  sound([1500, 2700, 3500], 0, 0.9, 1.5),
];
const NO = [
  sound([260, 1200, 2300], 0.45, 0, 1),
  sound([520, 1050, 2400], 1, 0, 1.3),
  sound([450, 850, 2350], 0.9, 0, 1.2),
  sound([350, 750, 2300], 0.4, 0, 0.6),
];

function madeUp(random: Random): readonly Sound[] {
  return Array.from({ length: 2 + random.below(3) }, () => {
    const isHiss = random.uniform() < 0.3;
    const low = between(random, 250, 800);
    const middle = between(random, Math.max(800, low + 300), 2300);
    return sound(
      [isHiss ? 1200 : low, middle, between(random, middle + 300, 3300)],
      isHiss ? 0 : between(random, 0.4, 1),
      isHiss ? between(random, 0.4, 1) : 0,
      between(random, 0.5, 1.5),
    );
  });
}

const WORDS: Readonly<Record<(typeof CLASSES)[number], (random: Random) => readonly Sound[]>> = {
  no: () => NO,
  noise: () => [],
  other: madeUp,
  yes: () => YES,
};

/** Two samples of memory around one resonance, as loud at its centre whatever its width. */
function createResonance(width: number): (input: number, centre: number) => number {
  const radius = Math.exp((-Math.PI * width) / RATE);
  let [last, before] = [0, 0];
  return (input, centre) => {
    const output =
      (1 - radius) * input +
      2 * radius * Math.cos((2 * Math.PI * centre) / RATE) * last -
      radius ** 2 * before;
    before = last;
    last = output;
    return output;
  };
}

/** The word at a place between 0 and 1: in the middle of a sound it is that sound. */
function slidesOf(word: readonly Sound[]): (place: number) => Sound {
  const total = word.reduce((sum, { length }) => sum + length, 0);
  const before = (index: number): number => word.slice(0, index).reduce((sum, { length }) => sum + length, 0);
  const middles = word.map(({ length }, index) => (before(index) + length / 2) / total);
  return (place) => {
    const next = middles.findIndex((middle) => middle > place);
    if (next === 0) return word[0];
    if (next < 0) return word[word.length - 1];
    const part = (place - middles[next - 1]) / (middles[next] - middles[next - 1]);
    const slide = (from: number, to: number): number => from + (to - from) * part;
    const [from, to] = [word[next - 1], word[next]];
    return {
      formants: [
        slide(from.formants[0], to.formants[0]),
        slide(from.formants[1], to.formants[1]),
        slide(from.formants[2], to.formants[2]),
      ],
      voice: slide(from.voice, to.voice),
      hiss: slide(from.hiss, to.hiss),
      length: 0,
    };
  };
}

/** Adds a word, spoken by somebody somewhere in the recording. */
function speak(word: readonly Sound[], into: Float64Array, random: Random): void {
  const duration = Math.round(between(random, 0.24, 0.42) * RATE);
  const start = random.below(SAMPLES - duration);
  const [pitch, glide, throat] = [
    between(random, 85, 240),
    between(random, -0.25, 0.1),
    between(random, 0.88, 1.14),
  ];
  const accent = [0, 1, 2].map(() => 1 + 0.04 * random.normal());
  const loudness = between(random, 0.25, 0.9);
  const resonances = WIDTHS.map(createResonance);
  const soundAt = slidesOf(word);
  let turns = 0;
  const spoken = Float64Array.from({ length: duration }, (_, sample) => {
    const place = sample / duration;
    const { formants, voice, hiss } = soundAt(place);
    turns += (pitch * (1 + glide * place) * (1 + 0.02 * random.normal())) / RATE;
    const isBlow = turns >= 1;
    if (isBlow) turns -= 1;
    const source = (isBlow ? 6 * voice : 0) + 0.5 * hiss * random.normal();
    const edge = Math.min(1, 20 * place, 20 * (1 - place));
    const heard = resonances.map(
      (resonance, i) => resonance(source, Math.min(3700, formants[i] * throat * accent[i])) / (i + 1) ** 0.5,
    );
    return edge * heard.reduce((sum, value) => sum + value, 0);
  });
  const loudest = spoken.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
  for (const [sample, value] of spoken.entries()) into[start + sample] += (loudness * value) / loudest;
}

/** A room: noise that is dull or bright, and sometimes the hum of the mains. */
function background(random: Random): Float64Array {
  const [strength, dullness] = [between(random, 0.004, 0.04), between(random, 0, 0.9)];
  const hum = random.uniform() < 0.4 ? between(random, 0, 0.03) : 0;
  const phase = between(random, 0, 2 * Math.PI);
  let last = 0;
  return Float64Array.from({ length: SAMPLES }, (_, sample) => {
    last = dullness * last + Math.sqrt(1 - dullness ** 2) * random.normal();
    return strength * last + hum * Math.sin((2 * Math.PI * 50 * sample) / RATE + phase);
  });
}

export const keyword: FilesTemplate = {
  request: {},
  stream: { background: ['noise', 'other'] },
  files(seed) {
    const random = createRandom(seed, 'template keyword');
    return filesByClass(CLASSES, RECORDINGS, 'wav', (name) => {
      const heard = background(random);
      const word = WORDS[name](random);
      if (word.length > 0) speak(word, heard, random);
      return encodeWav(heard, RATE);
    });
  },
};
