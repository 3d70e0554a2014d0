/** The parts of a data set, and what each sample is known by. */

export const PARTS = ['train', 'validation', 'test'] as const;
export type Part = (typeof PARTS)[number];

/** Place of a part in `PARTS`: what `assignParts` writes for each sample. */
export const PART: Readonly<Record<Part, number>> = { train: 0, validation: 1, test: 2 };

/** Numbers that say which samples belong together. Equal numbers are what counts: their order and size are not. */
export interface SampleFacts {
  readonly count: number;
  readonly classOf?: ArrayLike<number> | undefined;
  /** Recording, person, engine: what must not be torn apart. */
  readonly groupOf?: ArrayLike<number> | undefined;
  readonly timeOf?: ArrayLike<number> | undefined;
}

/** The facts of the samples that `picked` names. */
export function pickFacts({ classOf, groupOf, timeOf }: SampleFacts, picked: Uint32Array): SampleFacts {
  const pick = (values: ArrayLike<number> | undefined): Float64Array | undefined =>
    values && Float64Array.from(picked, (sample) => values[sample]);
  return {
    count: picked.length,
    classOf: pick(classOf),
    groupOf: pick(groupOf),
    timeOf: pick(timeOf),
  };
}

/** Samples by what `keyOf` says of them, in the order in which the keys first appear: names of classes decide nothing. */
export function bucketsOf(count: number, keyOf: ArrayLike<number>): readonly (readonly number[])[] {
  const buckets = new Map<number, number[]>();
  for (let sample = 0; sample < count; sample++) {
    const bucket = buckets.get(keyOf[sample]);
    if (bucket === undefined) buckets.set(keyOf[sample], [sample]);
    else bucket.push(sample);
  }
  return [...buckets.values()];
}
