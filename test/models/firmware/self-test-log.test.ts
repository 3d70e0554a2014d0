import { describe, expect, it } from 'vitest';
import { parseSelfTestLine, SelfTestLogReader } from '../../../src/models/firmware/self-test-log.ts';
import { selfTestModel } from '../../../src/targets/firmware/self-test-line.ts';

const MODEL = '0123456789abcdef';
const PASS = `tinyml-self-test PASS model=${MODEL} vectors=8 bytes=128`;
const FAIL = `tinyml-self-test FAIL model=${MODEL} vector=3 output=0 index=5 expected=-12 actual=7 mismatches=4 vectors=8 bytes=128`;
const ERROR = `tinyml-self-test ERROR model=${MODEL} vector=3 invoke`;

const UNPROVEN = `tinyml-self-test UNPROVEN model=${MODEL} vectors=3`;
const unproven = { verdict: 'UNPROVEN', model: MODEL, vectors: 3 };
const passed = { verdict: 'PASS', model: MODEL, vectors: 8, bytes: 128 };
const failed = {
  verdict: 'FAIL',
  model: MODEL,
  vector: 3,
  output: 0,
  index: 5,
  expected: -12,
  actual: 7,
  mismatches: 4,
  vectors: 8,
  bytes: 128,
};
const broken = { verdict: 'ERROR', model: MODEL, vector: 3, step: 'invoke' };

function read(log: string | Uint8Array, pieceBytes = 7) {
  const bytes = typeof log === 'string' ? new TextEncoder().encode(log) : log;
  const reader = new SelfTestLogReader();
  for (let at = 0; at < bytes.length; at += pieceBytes) reader.push(bytes.subarray(at, at + pieceBytes));
  return reader.end();
}

describe('the words of a line', () => {
  it('name the model by the first digits of its digest', () => {
    expect(selfTestModel(`${MODEL}ff`)).toBe(MODEL);
  });

  it.each([
    [PASS, passed],
    [UNPROVEN, unproven],
    [FAIL, failed],
    [ERROR, broken],
    [`12:34:56.789 -> ${PASS}  `, passed],
    [`tinyml-self-test PASS mo${PASS}`, passed],
  ])('%s', (line, run) => expect(parseSelfTestLine(line)).toEqual(run));

  it.each([
    ['a shorter line', PASS.replace(' bytes=128', '')],
    ['a cut number', PASS.replace('=128', '=')],
    ['a longer line', `${PASS} more=1`],
    ['another order', PASS.replace('vectors=8 bytes=128', 'bytes=128 vectors=8')],
    ['another verdict', PASS.replace('PASS', 'PASSED')],
    ['another digest', PASS.replace('abcdef', 'abcdeX')],
    ['a digest that is too short', PASS.replace('abcdef', 'abcde')],
    ['a number that is none', PASS.replace('=8', '=8e1')],
    ['no input of an unproven run', UNPROVEN.replace('=3', '=0')],
    ['nothing compared', PASS.replace('vectors=8', 'vectors=0')],
    ['fewer bytes than vectors', PASS.replace('bytes=128', 'bytes=7')],
    ['a vector that is not there', FAIL.replace('vector=3', 'vector=8')],
    ['a negative index', FAIL.replace('index=5', 'index=-5')],
    ['a failure without difference', FAIL.replace('actual=7', 'actual=-12')],
    ['no mismatch', FAIL.replace('mismatches=4', 'mismatches=0')],
    ['more mismatches than bytes', FAIL.replace('mismatches=4', 'mismatches=129')],
    ['an error without step', ERROR.replace(' invoke', '')],
    ['an error with markup', ERROR.replace('invoke', '<b>')],
  ])('%s is damage', (_, line) => expect(parseSelfTestLine(line)).toBe('damaged'));

  it('is not found elsewhere', () => {
    expect(parseSelfTestLine('')).toBe('none');
    expect(parseSelfTestLine('tinyml self-test PASS')).toBe('none');
  });
});

describe('a log', () => {
  it('counts the last complete line, and says how many there were', () => {
    const log = `boot\r\n\r\n${PASS}\r\nmore\r\n${ERROR}\r\n${FAIL}\r\ntinyml-self-test PASS model=01`;
    expect(read(log)).toEqual({
      last: failed,
      runs: { PASS: 1, FAIL: 1, UNPROVEN: 0, ERROR: 1 },
      damagedLines: 1,
      unfinished: false,
    });
  });

  it.each([1, 2, 3, 1000])('is the same in pieces of %d bytes', (pieceBytes) => {
    const log = `${FAIL}\n${PASS}\r\n`;
    expect(read(log, pieceBytes)).toMatchObject({
      last: passed,
      runs: { PASS: 1, FAIL: 1 },
      damagedLines: 0,
    });
  });

  it('begins in the middle of a line', () => {
    expect(read(`lf-test PASS model=${MODEL}\n${PASS}\n`)).toMatchObject({ last: passed, damagedLines: 0 });
  });

  it('may carry ANSI codes, within words too', () => {
    const coloured = PASS.replace('PASS', '\u001b[1;32mPA\u001b[0mSS');
    expect(read(`\u001b[2K\u001b[?25l${coloured}\u001b[0m\r\n`).last).toEqual(passed);
  });

  it('may be UTF-16 or have other bytes in it', () => {
    expect(read(Buffer.from(`\ufeffboot\r\n${FAIL}\r\n`, 'utf16le')).last).toEqual(failed);
    const noise = Uint8Array.from([0xff, 0xfe, 0x80, 0, 0x1b, 0x5b, ...Buffer.from(`\n${PASS}\n`)]);
    expect(read(noise).last).toEqual(passed);
  });

  it('without a last line end counts, unless there is a complete line', () => {
    expect(read(PASS)).toMatchObject({ last: passed, unfinished: true, damagedLines: 0 });
    expect(read(`${PASS}\n${FAIL}`)).toMatchObject({ last: passed, unfinished: false, damagedLines: 1 });
    expect(read(`${PASS}\n`)).toMatchObject({ unfinished: false });
  });

  it('may have no line, or only damaged ones', () => {
    expect(read('')).toEqual({
      runs: { PASS: 0, FAIL: 0, UNPROVEN: 0, ERROR: 0 },
      damagedLines: 0,
      unfinished: false,
    });
    expect(read('tinyml-self-test PA').last).toBeUndefined();
    expect(read('tinyml-self-test PA\n').damagedLines).toBe(1);
  });

  it('may be long, and its lines too', () => {
    const reader = new SelfTestLogReader();
    const piece = new Uint8Array(65_536).fill(0x5b);
    for (let count = 0; count < 200; count++) reader.push(piece);
    reader.push(new TextEncoder().encode(`${PASS}\n`));
    expect(reader.end().last).toEqual(passed);
  });

  it('may have an escape that never ends', () => {
    const reader = new SelfTestLogReader();
    for (let count = 0; count < 20_000; count++)
      reader.push(new TextEncoder().encode(`\u001b[${';'.repeat(500)}`));
    reader.push(new TextEncoder().encode(`\n${PASS}\n`));
    expect(reader.end().last).toEqual(passed);
  });
});
