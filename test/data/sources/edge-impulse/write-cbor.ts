/** CBOR of plain values, written independently of the reader; whole numbers and floats in the given width. */

type Plain = number | string | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

function head(major: number, count: number): Buffer {
  if (count < 24) return Buffer.of((major << 5) | count);
  const bytes = Buffer.alloc(count < 256 ? 2 : 5);
  bytes[0] = (major << 5) | (count < 256 ? 24 : 26);
  if (count < 256) bytes[1] = count;
  else bytes.writeUInt32BE(count, 1);
  return bytes;
}

function float(value: number, bits: 32 | 64): Buffer {
  const bytes = Buffer.alloc(1 + bits / 8);
  bytes[0] = bits === 32 ? 0xfa : 0xfb;
  if (bits === 32) bytes.writeFloatBE(value, 1);
  else bytes.writeDoubleBE(value, 1);
  return bytes;
}

export function cborOf(value: Plain, bits: 32 | 64 = 64, open = false): Buffer {
  if (value === null) return Buffer.of(0xf6);
  if (typeof value === 'boolean') return Buffer.of(value ? 0xf5 : 0xf4);
  if (typeof value === 'string')
    return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === 'number') {
    if (!Number.isInteger(value)) return float(value, bits);
    return value < 0 ? head(1, -1 - value) : head(0, value);
  }
  const around = (major: number, count: number, items: readonly Buffer[]) =>
    open
      ? Buffer.concat([Buffer.of((major << 5) | 31), ...items, Buffer.of(0xff)])
      : Buffer.concat([head(major, count), ...items]);
  if (Array.isArray(value))
    return around(
      4,
      value.length,
      value.map((item) => cborOf(item, bits, open)),
    );
  const entries = Object.entries(value);
  return around(
    5,
    entries.length,
    entries.flatMap(([key, item]) => [cborOf(key), cborOf(item, bits, open)]),
  );
}
