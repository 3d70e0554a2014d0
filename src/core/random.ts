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
  /** 0 … length − 1 in random order (Fisher and Yates), in `into` where that is given. */
  permutation(length: number, into?: Uint32Array): Uint32Array;
  /** Where the stream stands between two draws; `restore` takes it there again. */
  save(): readonly number[];
  restore(saved: readonly number[]): void;
}

/** FNV-1a over UTF-16 units, to turn a purpose into a stream number. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** The next word. The state, three words and a counter, is an array, which holds them unboxed: a closure would not. */
function next(state: Int32Array): number {
  const b = state[1];
  const c = state[2];
  const counter = state[3];
  const sum = (((state[0] + b) | 0) + counter) | 0;
  state[0] = b ^ (b >>> 9);
  state[1] = (c + (c << 3)) | 0;
  state[2] = (((c << 21) | (c >>> 11)) + sum) | 0;
  state[3] = (counter + 1) | 0;
  return sum >>> 0;
}

/** 53 random bits as a whole number. */
function next53(state: Int32Array): number {
  return (next(state) >>> 5) * 67108864 + (next(state) >>> 6);
}

const SCALE = 1 / 9007199254740992;

/** Fisher and Yates. Scaling by a power of two rounds nothing: every `j` is `below(i + 1)` to the last bit. */
function shuffled(state: Int32Array, length: number, order: Uint32Array): Uint32Array {
  for (let i = 0; i < length; i++) order[i] = i;
  for (let i = length - 1; i > 0; i--) {
    const j = (next53(state) * (SCALE * (i + 1))) >>> 0;
    const swapped = order[i];
    order[i] = order[j];
    order[j] = swapped;
  }
  return order;
}

/** `purpose` separates the streams of one seed, so that a new consumer never disturbs an old one. */
export function createRandom(seed: number, purpose: string): Random {
  const state = Int32Array.of(seed, Math.floor(seed / 4294967296), hash32(purpose), 1);
  for (let warmUp = 0; warmUp < 16; warmUp++) next(state);

  const uint32 = (): number => next(state);
  const uniform = (): number => next53(state) * SCALE;
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

  const permutation = (length: number, into = new Uint32Array(length)): Uint32Array =>
    shuffled(state, length, into);

  const save = (): readonly number[] => [...state, ...(spare === undefined ? [] : [spare])];
  const restore = (saved: readonly number[]): void => {
    state.set(saved.slice(0, state.length));
    spare = saved[state.length];
  };

  return { uint32, uniform, normal, below, permutation, save, restore };
}
