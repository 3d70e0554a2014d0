/** WAV files of every kind that is read, written independently of the reader. */

interface WavOptions {
  readonly bits?: number;
  readonly float?: boolean;
  readonly rate?: number;
  readonly channels?: number;
  readonly extensible?: boolean;
  /** Chunks before the samples: LIST, say. */
  readonly before?: readonly (readonly [string, Uint8Array])[];
  readonly after?: readonly (readonly [string, Uint8Array])[];
  /** What the data chunk says instead of its size. */
  readonly dataSize?: number;
  readonly riffSize?: number;
  readonly formatNumber?: number;
}

function chunk(id: string, content: Uint8Array, size = content.length): Buffer {
  const head = Buffer.alloc(8);
  head.write(id, 'latin1');
  head.writeUInt32LE(size, 4);
  return Buffer.concat([head, content, Buffer.alloc(content.length % 2)]);
}

function stored(value: number, bits: number, float: boolean): Buffer {
  const bytes = Buffer.alloc(bits / 8);
  if (float && bits === 32) bytes.writeFloatLE(value);
  else if (float) bytes.writeDoubleLE(value);
  else if (bits === 8) bytes.writeUInt8(value + 128);
  else bytes.writeIntLE(value, 0, bits / 8);
  return bytes;
}

/** `samples` are interleaved: whole numbers as PCM stores them (8 bits: −128 … 127), or floats. */
export function wavOf(samples: readonly number[], options: WavOptions = {}): Uint8Array {
  const { bits = 16, float = false, rate = 8000, channels = 1, extensible = false } = options;
  const number = options.formatNumber ?? (float ? 3 : 1);
  const format = Buffer.alloc(extensible ? 40 : 16);
  format.writeUInt16LE(extensible ? 0xfffe : number, 0);
  format.writeUInt16LE(channels, 2);
  format.writeUInt32LE(rate, 4);
  format.writeUInt32LE((rate * channels * bits) / 8, 8);
  format.writeUInt16LE((channels * bits) / 8, 12);
  format.writeUInt16LE(bits, 14);
  if (extensible) {
    format.writeUInt16LE(22, 16);
    format.writeUInt16LE(bits, 18);
    format.writeUInt16LE(number, 24);
    Buffer.from('000000001000800000aa00389b71', 'hex').copy(format, 26);
  }
  const data = Buffer.concat(samples.map((value) => stored(value, bits, float)));
  const others = (list: WavOptions['before']) => (list ?? []).map(([id, content]) => chunk(id, content));
  const body = Buffer.concat([
    Buffer.from('WAVE'),
    chunk('fmt ', format),
    ...others(options.before),
    chunk('data', data, options.dataSize),
    ...others(options.after),
  ]);
  return Uint8Array.from(chunk('RIFF', body, options.riffSize));
}
