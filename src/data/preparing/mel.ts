/** Scales on which pitches are as far apart as they sound. */

export const MEL_SCALES = ['htk', 'slaney'] as const;
export type MelScale = (typeof MEL_SCALES)[number];

/** O'Shaughnessy's scale bends here. */
export const MEL_HZ = 700;

/** Slaney's is straight up to here, and of equal ratios above. */
const STRAIGHT_HZ = 1000;
const STEPS_BELOW = 15;
const STEP_RATIO = Math.log(6.4) / 27;

interface Scale {
  toMel(hz: number): number;
  toHz(mel: number): number;
}

const SCALES: Readonly<Record<MelScale, Scale>> = {
  htk: {
    toMel: (hz) => Math.log(1 + hz / MEL_HZ),
    toHz: (mel) => MEL_HZ * (Math.exp(mel) - 1),
  },
  slaney: {
    toMel: (hz) =>
      hz < STRAIGHT_HZ
        ? (hz * STEPS_BELOW) / STRAIGHT_HZ
        : STEPS_BELOW + Math.log(hz / STRAIGHT_HZ) / STEP_RATIO,
    toHz: (mel) =>
      mel < STEPS_BELOW
        ? (mel * STRAIGHT_HZ) / STEPS_BELOW
        : STRAIGHT_HZ * Math.exp((mel - STEPS_BELOW) * STEP_RATIO),
  },
};

/** The ends and peaks of bands, equally far apart on the scale, in Hz. */
export function melEdges(low: number, high: number, bands: number, scale: MelScale): number[] {
  const { toMel, toHz } = SCALES[scale];
  const [from, to] = [toMel(low), toMel(high)];
  return Array.from({ length: bands + 2 }, (_, i) => toHz(from + ((to - from) * i) / (bands + 1)));
}
