/** A memory plan as something to draw, in the terminal or as SVG: boxes over steps and bytes. */

export interface MemoryBox {
  /** Foreign text: whoever draws it escapes it. */
  readonly label: string;
  readonly kind: 'input' | 'output' | 'activation' | 'scratch';
  readonly bytes: number;
  readonly offset: number;
  /** Columns that it covers, both ends included. */
  readonly first: number;
  readonly last: number;
}

/** Boxes of memory over the operators that use them. */
export interface MemoryPicture {
  /** Foreign text. */
  readonly title: string;
  /** What happens in each column. */
  readonly steps: readonly string[];
  /** By offset, then by first column. */
  readonly boxes: readonly MemoryBox[];
  /** Of the highest end of a box. */
  readonly headBytes: number;
  /** Of an arena: the persistent objects at its other end, and the least that works. A buffer is what is drawn. */
  readonly arena?: { readonly tailBytes: number; readonly minimumBytes: number };
  /** Operators whose memory is not in the picture. */
  readonly unknownOperators: readonly string[];
}

export interface MemoryPeak {
  /** The first column in which a box reaches the top. */
  readonly step: number;
  /** Boxes alive in it, the largest first. */
  readonly boxes: readonly MemoryBox[];
  /** Of the head in that column without an owner. */
  readonly freeBytes: number;
}

/** The bytes of all boxes in each column. */
function usedBytes(boxes: readonly MemoryBox[]): readonly number[] {
  const length = boxes.reduce((most, { last }) => Math.max(most, last + 1), 0);
  const changes = new Array<number>(length + 1).fill(0);
  for (const { first, last, bytes } of boxes) {
    changes[first] += bytes;
    changes[last + 1] -= bytes;
  }
  let used = 0;
  return changes.map((change) => (used += change));
}

/** `undefined` for a plan without buffers. */
export function memoryPeak({ boxes, headBytes }: MemoryPicture): MemoryPeak | undefined {
  const tops = boxes.filter(({ offset, bytes }) => offset + bytes === headBytes);
  if (tops.length === 0) return undefined;
  // Where boxes reach the top more than once, the step with the most memory in use explains it best.
  const used = usedBytes(boxes);
  const step = tops
    .flatMap(({ first, last }) => [first, last])
    .reduce((best, one) => (used[one] > used[best] || (used[one] === used[best] && one < best) ? one : best));
  const alive = boxes.filter(({ first, last }) => first <= step && step <= last);
  return {
    step,
    boxes: [...alive].sort((a, b) => b.bytes - a.bytes || a.offset - b.offset),
    freeBytes: Math.max(0, headBytes - used[step]),
  };
}
