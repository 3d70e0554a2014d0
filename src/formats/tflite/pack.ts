/**
 * Where the parts of a file that hold no offsets go: each exactly once, aligned as it asks, and in an order that fills
 * the gaps in front of 16-byte aligned data with small parts. Equal parts give equal places.
 */

/** Bytes that may lie anywhere, as long as (position + phase) is a multiple of `align`. */
export interface Part {
  readonly bytes: Uint8Array;
  readonly align: number;
  readonly phase: number;
}

export interface Packing {
  /** One position for each part. */
  readonly positions: readonly number[];
  readonly end: number;
}

/** Parts of stricter alignment hold constants; nothing else is looked for among millions of weights. */
const MAX_HOST_ALIGN = 8;

function padding(part: Part, position: number): number {
  return (part.align - ((position + part.phase) % part.align)) % part.align;
}

interface Guest {
  readonly host: number;
  readonly offset: number;
}

/** Four bytes as a number; the parts that share places have at least these. */
function wordAt(bytes: Uint8Array, offset: number): number {
  return bytes[offset] | (bytes[offset + 1] << 8) | (bytes[offset + 2] << 16) | (bytes[offset + 3] << 24);
}

/** Every multiple of 4 in the hosts, by the four bytes there: a guest is looked for where it can begin. */
class Places {
  readonly #parts: readonly Part[];
  readonly #byWord = new Map<number, Guest[]>();

  constructor(parts: readonly Part[]) {
    this.#parts = parts;
  }

  addHost(host: number): void {
    const { bytes } = this.#parts[host];
    for (let offset = 0; offset + 4 <= bytes.length; offset += 4) {
      const word = wordAt(bytes, offset);
      const places = this.#byWord.get(word);
      if (places === undefined) this.#byWord.set(word, [{ host, offset }]);
      else places.push({ host, offset });
    }
  }

  /** The first place in the first host that holds `bytes`. */
  find(bytes: Uint8Array): Guest | undefined {
    return this.#byWord.get(wordAt(bytes, 0))?.find(({ host, offset }) => {
      const there = this.#parts[host].bytes;
      return offset + bytes.length <= there.length && bytes.every((byte, i) => there[offset + i] === byte);
    });
  }
}

/** Vectors that occur inside others: shape [16], stored 1 16, is the end of shape [1, 16], stored 2 1 16. */
function findGuests(parts: readonly Part[]): Map<number, Guest> {
  const guests = new Map<number, Guest>();
  const places = new Places(parts);
  const byLength = [...parts.keys()].sort((a, b) => parts[b].bytes.length - parts[a].bytes.length || a - b);
  for (const index of byLength) {
    const { bytes, align } = parts[index];
    if (align < 4 || align > MAX_HOST_ALIGN) continue;
    if (align === 4) {
      const guest = places.find(bytes);
      if (guest !== undefined) {
        guests.set(index, guest);
        continue;
      }
    }
    places.addHost(index);
  }
  return guests;
}

/**
 * Which of `waiting` comes next: the one needing least padding, then the one hardest to place, then the one after which
 * the hardest of all fits best, then the largest.
 */
function choose(waiting: readonly number[], parts: readonly Part[], position: number): number {
  const hardest = parts[waiting.reduce((a, b) => (parts[b].align > parts[a].align ? b : a))];
  const padAfter = (part: Part): number =>
    padding(hardest, position + padding(part, position) + part.bytes.length);
  const difference = (a: Part, b: Part): number =>
    padding(a, position) - padding(b, position) ||
    b.align - a.align ||
    padAfter(a) - padAfter(b) ||
    b.bytes.length - a.bytes.length;
  return waiting.reduce((best, index) => (difference(parts[index], parts[best]) < 0 ? index : best));
}

/** Packs the parts from `start` on. */
export function pack(parts: readonly Part[], start: number): Packing {
  const guests = findGuests(parts);
  const positions = new Array<number>(parts.length).fill(0);
  let waiting = [...parts.keys()].filter((index) => !guests.has(index));
  let end = start;
  while (waiting.length > 0) {
    const next = choose(waiting, parts, end);
    positions[next] = end + padding(parts[next], end);
    end = positions[next] + parts[next].bytes.length;
    waiting = waiting.filter((index) => index !== next);
  }
  for (const [index, { host, offset }] of guests) positions[index] = positions[host] + offset;
  return { positions, end };
}
