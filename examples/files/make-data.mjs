// Writes pumps/pumps.csv, and the recordings that it names, the same bytes every time.

import { mkdirSync, writeFileSync } from 'node:fs';

const PUMPS = 240;
const RATE = 4000;
const SECONDS = 0.5;

/** Numbers from 0 to 1 (mulberry32). */
function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A WAV file of one channel, 16 bits a sample. */
function wav(samples) {
  const bytes = Buffer.alloc(44 + 2 * samples.length);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(RATE, 24);
  bytes.writeUInt32LE(2 * RATE, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(2 * samples.length, 40);
  samples.forEach((sample, i) => bytes.writeInt16LE(Math.round(32767 * sample), 44 + 2 * i));
  return bytes;
}

const random = randomNumbers(1);
mkdirSync('pumps/sound', { recursive: true });
const lines = ['clip,load,temperature,state'];
for (let pump = 0; pump < PUMPS; pump++) {
  const isWorn = pump % 2 === 1;
  const load = 20 + 60 * random();
  // The whine of the bearing: it grows with the load, and with wear.
  const whine = 0.02 + 0.0025 * load + (isWorn ? 0.1 : 0) + 0.02 * random();
  const pitch = 600 + 100 * random();
  const samples = Array.from({ length: RATE * SECONDS }, (_, i) => {
    const turn = (2 * Math.PI * i) / RATE;
    return 0.3 * Math.sin(50 * turn) + whine * Math.sin(pitch * turn) + 0.05 * (random() - 0.5);
  });
  const clip = `sound/${String(pump).padStart(3, '0')}.wav`;
  writeFileSync(`pumps/${clip}`, wav(samples));
  lines.push([clip, load.toFixed(1), (30 + 0.2 * load + 5 * random()).toFixed(1), isWorn ? 'worn' : 'fine'].join());
}
writeFileSync('pumps/pumps.csv', `${lines.join('\n')}\n`);
