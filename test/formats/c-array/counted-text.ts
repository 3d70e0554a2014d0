/** A text that counts the characters that are read of it, whichever way, so that a test can bound them. */

export interface CountedText {
  readonly text: string;
  charactersRead(): number;
}

/** Behaves as `plain` for who reads single characters, slices of it, and looks for a part. */
export function countedText(plain: string): CountedText {
  let read = 0;
  const methods = {
    charCodeAt(index: number): number {
      read++;
      return plain.charCodeAt(index);
    },
    slice(start: number, end: number): string {
      const part = plain.slice(start, end);
      read += part.length;
      return part;
    },
    indexOf(part: string, from: number): number {
      const index = plain.indexOf(part, from);
      read += (index < 0 ? plain.length : index) - from;
      return index;
    },
  };
  const text = new Proxy(methods, {
    get(target, name) {
      if (name === 'length') return plain.length;
      if (typeof name === 'string' && Object.hasOwn(target, name)) return Reflect.get(target, name);
      if (typeof name !== 'string' || !/^\d+$/.test(name))
        throw new Error(`a counted text has no ${String(name)}`);
      read++;
      return plain[Number(name)];
    },
  });
  return { text: text as unknown as string, charactersRead: () => read };
}
