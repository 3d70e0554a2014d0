import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { shellWord } from '../../src/core/shell-word.ts';

it.each(['model.tflite', 'a/b-c_d@1.tflite', '/tmp/x', '../y'])('%s stays as it is', (text) => {
  expect(shellWord(text)).toBe(text);
});

it.each(['$(id)', '`id`', "it's", 'a b', 'a;b', 'a\\b', '"', '', '~', '#x', 'x*', 'ä.tflite'])(
  'a shell takes what is made of %j for one word',
  (text) => {
    const { stdout } = spawnSync('sh', ['-c', `printf '%s|' ${shellWord(text)}`], { encoding: 'utf8' });
    expect(stdout).toBe(`${text}|`);
  },
);

it('what begins like an option becomes a path', () => {
  expect(shellWord('--force')).toBe('./--force');
});
