/** Seeded random numbers: sfc32, a small fast generator (C. Doty-Humphrey, PractRand) with 128 bits of state. */

export interface Random {
  /** A 32-bit unsigned integer. */
  uint32(): number;
  /** Uniform in [0, 1), with 53 random bits. */
  uniform(): number;
  /** Standard normal, by Box and Muller. */
  normal(): number;
  /** Uniform among 0 … limit − 1. */
  below(limit: number): number;
  /** 0 … length − 1 in random order (Fisher and Yates). */
  permutation(length: number): Uint32Array;
}

/** FNV-1a over UTF-16 units, to turn a purpose into a stream number. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** `purpose` separates the streams of one seed, so that a new consumer never disturbs an old one. */
export function createRandom(seed: number, purpose: string): Random {
  let a = seed >>> 0;
  let b = Math.floor(seed / 4294967296) >>> 0;
  let c = hash32(purpose);
  let counter = 1;

  const uint32 = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let warmUp = 0; warmUp < 16; warmUp++) uint32();

  const uniform = (): number => ((uint32() >>> 5) * 67108864 + (uint32() >>> 6)) / 9007199254740992;
  const below = (limit: number): number => Math.floor(uniform() * limit);

  let spare: number | undefined;
  const normal = (): number => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };

  const permutation = (length: number): Uint32Array => {
    const order = Uint32Array.from({ length }, (_, index) => index);
    for (let i = length - 1; i > 0; i--) {
      const j = below(i + 1);
      const swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  };

  return { uint32, uniform, normal, below, permutation };
}
