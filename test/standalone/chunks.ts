/** Groups of cases that one program compares. */

/** What a function gave, or threw, the first time. */
export function once<T>(compute: () => T): () => T {
  let get: (() => T) | undefined;
  return () => {
    if (get === undefined) {
      try {
        const result = compute();
        get = () => result;
      } catch (error) {
        get = () => {
          throw error;
        };
      }
    }
    return get();
  };
}

export function chunksOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
