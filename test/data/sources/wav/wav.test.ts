import { describe, expect, it } from 'vitest';
import { listDataFiles } from '../../../../src/artifacts/data-files.ts';
import { createRandom } from '../../../../src/core/random.ts';
import { encodeWav } from '../../../../src/data/sources/wav/encode-wav.ts';
import { wavSource } from '../../../../src/data/sources/wav.ts';
import { NO_SHARED, sharedPath } from '../../../shared.ts';
import { dataFile, refusal, STRICT } from '../files.ts';
import { countRows, mutated, readRows } from '../source-files.ts';
import { wavOf } from './write-wav.ts';

const mono = { channels: 'mono' } as const;

async function samplesOf(bytes: Uint8Array, format: Parameters<typeof wavSource.open>[1] = mono) {
  const { rows } = await readRows(wavSource, [dataFile('x.wav', bytes)], format);
  return rows['x.wav'];
}

describe('samples', () => {
  it.each([
    [8, [-128, -1, 0, 64, 127], 128],
    [16, [-32768, -1, 0, 16384, 32767], 32768],
    [24, [-8388608, -1, 0, 4194304, 8388607], 8388608],
    [32, [-2147483648, -1, 0, 1073741824, 2147483647], 2147483648],
  ])('PCM of %i bits is whole numbers over full scale', async (bits, values, scale) => {
    const expected = values.map((value) => [value / scale]);
    expect(await samplesOf(wavOf(values, { bits }))).toEqual(expected);
    expect(await samplesOf(wavOf(values, { bits, extensible: true }))).toEqual(expected);
  });

  it('are what was written, in steps of 16 bits, and clipped at full scale', async () => {
    const written = encodeWav([0, 0.5, -0.25, 1, -1, 3, -3], 8000);
    const steps = [0, 16384, -8192, 32767, -32767, 32767, -32767];
    expect(await samplesOf(written)).toEqual(steps.map((step) => [step / 32768]));
    expect(await wavSource.sniff([dataFile('x.wav', written)], STRICT)).toMatchObject({ rate: 8000 });
  });

  it.each([32, 64])('float of %i bits is itself, and NaN where it is no finite number', async (bits) => {
    const values = [-1, 0.25, 1.5, Number.NaN, Number.POSITIVE_INFINITY];
    const expected = [[-1], [0.25], [1.5], [Number.NaN], [Number.NaN]];
    expect(await samplesOf(wavOf(values, { bits, float: true }))).toEqual(expected);
    expect(await samplesOf(wavOf(values, { bits, float: true, extensible: true }))).toEqual(expected);
  });

  it('mono is the mean of all channels; stereo is two columns, of one channel twice', async () => {
    const stereo = wavOf([16384, 0, -32768, 32767], { channels: 2 });
    expect(await samplesOf(stereo)).toEqual([[0.25], [-1 / 65536]]);
    expect(await samplesOf(stereo, { channels: 'stereo' })).toEqual([
      [0.5, 0],
      [-1, 32767 / 32768],
    ]);
    expect(await samplesOf(wavOf([16384]), { channels: 'stereo' })).toEqual([[0.5, 0.5]]);
    const { columns } = await readRows(wavSource, [dataFile('x.wav', stereo)], { channels: 'stereo' });
    expect(columns.map(({ name }) => name)).toEqual(['left', 'right']);
  });

  it('a length is cut to, and padded to with silence', async () => {
    const bytes = wavOf([16384, 16384, 16384], { rate: 10 });
    expect(await samplesOf(bytes, { ...mono, rate: 10, seconds: 0.2 })).toEqual([[0.5], [0.5]]);
    expect(await samplesOf(bytes, { ...mono, rate: 10, seconds: 0.5 })).toEqual([
      [0.5],
      [0.5],
      [0.5],
      [0],
      [0],
    ]);
  });

  it('files of more than a block are read in blocks', async () => {
    const values = Array.from({ length: 20_000 }, (_, i) => (i * 7) % 30_000);
    expect(await samplesOf(wavOf(values))).toEqual(values.map((value) => [value / 32768]));
  });

  it('files of another rate are brought to that of most', async () => {
    const files = [
      dataFile('a.wav', wavOf([1, 2], { rate: 4000 })),
      ...['b.wav', 'c.wav'].map((name) => dataFile(name, wavOf([1, 2]))),
    ];
    const { rows } = await readRows(wavSource, files, mono);
    expect(Object.values(rows).map((own) => own.length)).toEqual([4, 2, 2]);
  });
});

describe('chunks', () => {
  const values = [1, -2, 3];
  const expected = values.map((value) => [value / 32768]);
  const list = ['LIST', Uint8Array.from(Buffer.from('INFOISFT\x05\0\0\0Lavf\0'))] as const;

  it.each([
    ['a LIST of an odd size before the samples', { before: [list] }],
    ['a LIST behind them', { after: [list] }],
    ['a size of samples that a stream did not know', { dataSize: 0xffffffff, riffSize: 0xffffffff }],
    ['sizes that were never filled in', { dataSize: 0, riffSize: 0 }],
    ['sizes of a header alone', { dataSize: 0, riffSize: 36 }],
  ])('reads a file with %s', async (_, options) => {
    expect(await samplesOf(wavOf(values, options))).toEqual(expected);
  });

  it('drops the half of a sample that a stream ends with', async () => {
    const bytes = wavOf(values, { dataSize: 0xffffffff });
    expect(await samplesOf(bytes.subarray(0, bytes.length - 1))).toEqual(expected.slice(0, 2));
  });
});

describe('what is refused', () => {
  const good = wavOf([1, 2, 3, 4]);
  const changed = (offset: number, ...bytes: number[]) => {
    const copy = Uint8Array.from(good);
    copy.set(bytes, offset);
    return copy;
  };

  it.each([
    ['nothing', new Uint8Array(0), 'x.wav: it has 0 bytes and is no WAV file'],
    ['another file', new Uint8Array(64), 'x.wav: it does not begin as WAV files do'],
    ['big endian', changed(3, 0x58), 'x.wav: it is a WAV file of the kind RIFX, which is not read'],
    [
      'a file that was cut off',
      good.subarray(0, good.length - 2),
      'x.wav: it says that it has 8 bytes of samples, and 6 are there: it was cut off',
    ],
    [
      'a header without samples',
      good.subarray(0, 36),
      'x.wav: it has no chunk of samples, so it was cut off',
    ],
    ['no samples', wavOf([]), 'x.wav: it has no samples'],
    [
      'an empty chunk before others',
      wavOf([], { after: [['LIST', new Uint8Array(8)]] }),
      'x.wav: it has no samples',
    ],
    ['no channel', changed(22, 0), 'x.wav: it says that it has 0 channels'],
    ['no rate', changed(24, 0, 0), 'x.wav: it says that it has 0 samples in a second'],
    [
      '12 bits in 4 bytes',
      changed(32, 4, 0, 12),
      'x.wav: it says that its PCM samples have 12 bits, 4 bytes for 1 at once',
    ],
    ['ADPCM', changed(20, 17), 'x.wav: its samples are IMA ADPCM, which is not read'],
    ['an unknown format', changed(20, 99), 'x.wav: its samples are of the format 99, which is not read'],
    [
      'a foreign GUID',
      wavOf([1], { extensible: true }).map((byte, i) => (i === 50 ? 9 : byte)),
      'x.wav: its samples are of a format that is not PCM or float',
    ],
    [
      'samples before their format',
      changed(12, 0x66, 0x6d, 0x74, 0x5f),
      'x.wav: its samples come before their format',
    ],
  ])('%s', async (_, bytes, message) => {
    const error = await refusal(readRows(wavSource, [dataFile('x.wav', bytes)], { ...mono, rate: 8000 }));
    expect(error).toMatchObject({ kind: 'input', code: 'bad-data', message });
  });

  it('three channels as two, and rates that are far apart', async () => {
    const three = [dataFile('x.wav', wavOf([1, 2, 3], { channels: 3 }))];
    expect((await refusal(readRows(wavSource, three, { channels: 'stereo' }))).message).toBe(
      'x.wav: it has 3 channels, and stereo has two',
    );
    const slow = [dataFile('x.wav', wavOf([1], { rate: 1 }))];
    expect((await refusal(readRows(wavSource, slow, { ...mono, rate: 8000 }))).message).toContain(
      'it has 1 sample in a second, and 8000 are asked for',
    );
  });

  it('bad files are skipped where they may be, and good ones read', async () => {
    const files = [dataFile('bad.wav', good.subarray(0, 40)), dataFile('good.wav', good)];
    const { rows, skipped } = await readRows(wavSource, files, mono, true);
    expect(Object.keys(rows)).toEqual(['good.wav']);
    expect(skipped.map(({ message }) => message)).toEqual([
      'bad.wav: it has no chunk of samples, so it was cut off',
    ]);
  });

  it('damaged files give rows or a sentence', async () => {
    const random = createRandom(11, 'mutants of WAV files');
    const originals = [
      wavOf([1, 2, 3, 4], { before: [['LIST', new Uint8Array(5)]] }),
      wavOf([0.5, 1], { float: true, bits: 32, extensible: true, channels: 2 }),
    ];
    let read = 0;
    for (let i = 0; i < 1000; i++) {
      const bytes = mutated(originals[i % 2], 70, random);
      const { rows, skipped } = await readRows(
        wavSource,
        [dataFile('x.wav', bytes)],
        { ...mono, rate: 8000, seconds: 0.01 },
        true,
      );
      expect(skipped.every(({ code, message }) => code === 'bad-data' && message.startsWith('x.wav: '))).toBe(
        true,
      );
      if (rows['x.wav'] !== undefined) read++;
    }
    expect(read).toBeGreaterThan(50);
    expect(read).toBeLessThan(950);
  });
});

describe('sniff', () => {
  const sniffed = (...files: Uint8Array[]) =>
    wavSource.sniff(
      files.map((bytes, i) => dataFile(`${i}.wav`, bytes)),
      STRICT,
    );
  const lasting = (seconds: number, rate = 100) =>
    wavOf(new Array(Math.round(seconds * rate)).fill(0), { rate });

  it('proposes the rate of most, and the length that half have', async () => {
    expect(await sniffed(lasting(1), lasting(1), lasting(0.5), lasting(1, 50))).toEqual({
      rate: 100,
      channels: 'mono',
      seconds: 1,
    });
  });

  it('proposes a length that 95 % fit into', async () => {
    const files = Array.from({ length: 20 }, (_, i) => lasting((i + 1) / 10));
    expect((await sniffed(...files)).seconds).toBe(1.9);
  });

  it('leaves long recordings as they are', async () => {
    expect(await sniffed(lasting(20))).toEqual({ rate: 100, channels: 'mono' });
  });

  it('looks past bad files, and says what is wrong where all are', async () => {
    expect((await sniffed(new Uint8Array(3), lasting(1))).rate).toBe(100);
    expect((await refusal(sniffed(new Uint8Array(3)))).message).toContain('0.wav: it has 3 bytes');
    expect(await refusal(sniffed())).toMatchObject({ code: 'no-data' });
  });

  it('knows WAV files by their first bytes', () => {
    expect(wavSource.recognizes(lasting(1))).toBe(true);
    expect(wavSource.recognizes(Uint8Array.from(Buffer.from('RIFF....AVI LIST')))).toBe(false);
    expect(wavSource.recognizes(new Uint8Array(2))).toBe(false);
  });
});

const digits = sharedPath('data', 'fsdd', 'test');
describe.skipIf(digits === undefined)(`recorded files (${NO_SHARED})`, () => {
  it('reads every digit of fsdd', async () => {
    const files = listDataFiles(digits as string).filter(({ path }) => path.endsWith('.wav'));
    const format = await wavSource.sniff(files, STRICT);
    expect(format).toMatchObject({ rate: 8000, channels: 'mono' });
    const counts = await countRows(wavSource, files, format);
    expect(Object.keys(counts)).toHaveLength(300);
    expect([...new Set(Object.values(counts))]).toEqual([Math.round((format.seconds ?? 0) * 8000)]);
  });

  it('reads the second of TensorFlow Lite Micro', async () => {
    const files = listDataFiles(sharedPath('data', 'tflm-media') as string).filter(({ path }) =>
      path.endsWith('.wav'),
    );
    expect(await wavSource.sniff(files, STRICT)).toEqual({ rate: 16000, channels: 'mono', seconds: 1 });
    const counts = await countRows(wavSource, files, mono);
    expect(Object.values(counts)).toEqual([16000, 16000, 16000, 16000]);
  });
});
