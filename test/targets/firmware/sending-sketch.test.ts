import { describe, expect, it } from 'vitest';
import { Readings } from '../../../src/data/recording/readings.ts';
import { SENDING_SENSORS, type SendingSensor } from '../../../src/targets/firmware/sending-sensors.ts';
import { sendingSketch } from '../../../src/targets/firmware/sending-sketch.ts';
import { runNative } from '../../cross/compile.ts';
import { missingNative } from '../../cross/probe.ts';

const SENT: Readonly<Record<SendingSensor, readonly [columns: readonly string[], first: readonly number[]]>> =
  {
    'imu-lsm9ds1': [
      ['ax', 'ay', 'az', 'gx', 'gy', 'gz'],
      [0.125, -0.125, 1, 1.25, 0, -2000],
    ],
    'imu-bmi270': [
      ['ax', 'ay', 'az', 'gx', 'gy', 'gz'],
      [0.125, -0.125, 1, 1.25, 0, -2000],
    ],
    microphone: [['sound'], [997]],
    analog: [
      ['x0', 'x1', 'x2'],
      [140, 150, 160],
    ],
  };

const missing = missingNative();
describe.skipIf(missing !== '')(`a sketch that sends ${missing}`, () => {
  it.each(SENDING_SENSORS)('compiles, and prints what collect reads: %s', (sensor) => {
    const files = sendingSketch('send', sensor);
    expect(files.map(({ path }) => path)).toEqual(['send.ino', 'README.md']);
    for (const standard of ['c++11', 'c++17'] as const) {
      const { stdout, stderr, exitCode } = runNative({ 'send.ino': files[0].text }, { standard });
      expect([stderr, exitCode]).toEqual(['', 0]);
      const readings = new Readings();
      // Something is always heard before; the first line counts for its names alone.
      const start = sensor === 'analog' ? '\n' : '';
      const rows = [...readings.push(Buffer.from(start + stdout), 0), ...readings.end()];
      expect([readings.columns, rows[0].values]).toEqual(SENT[sensor]);
      expect(readings.counts).toMatchObject({ malformed: 0, words: 0 });
    }
  });

  it('sends every reading of sound in its order', () => {
    const [{ text }] = sendingSketch('send', 'microphone');
    const { stdout } = runNative({ 'send.ino': text });
    const values = stdout.trim().split(/\r?\n/).slice(1).map(Number);
    const expected = Int16Array.from(values, (_, i) => (i + 1) * 997);
    expect(values.length).toBe(256);
    expect(values).toEqual([...expected]);
  });
});
