import { describe, expect, it } from 'vitest';
import { runNative } from './compile.ts';
import { keepObject, keptObject, objectKey, readFor } from './compiled-objects.ts';
import { runJoined } from './joined-programs.ts';
import { missingNative } from './probe.ts';

describe('an object is compiled once', () => {
  const sources = {
    'src/a.c': '#include <stdio.h>\n#include "a.h"\n',
    'src/a.h': ' # include "../deep.h"\n',
    'deep.h': '#define DEEP 1\n',
    'src/b.c': '#include "b.h"\n',
    'src/b.h': '#define B 1\n',
  };

  it('of the same command, source and all that it includes', () => {
    const read = readFor(sources, 'src/a.c');
    expect(read).toContain('DEEP 1');
    expect(readFor({ ...sources, 'src/b.h': '#define B 2\n' }, 'src/a.c')).toBe(read);
    expect(readFor({ ...sources, 'deep.h': '#define DEEP 2\n' }, 'src/a.c')).not.toBe(read);
    const object = Uint8Array.of(1);
    keepObject(objectKey(['no-compiler'], read), object);
    expect(keptObject(objectKey(['no-compiler'], read))).toBe(object);
    expect(keptObject(objectKey(['no-compiler', '-O2'], read))).toBeUndefined();
    keepObject('large', new Uint8Array(200_000));
    expect(keptObject('large')).toBeUndefined();
  });
});

const missing = missingNative();
it.skipIf(missing !== '')(`what does not compile or link is told in the compiler's words ${missing}`, () => {
  const right = 'int main(void)\n{\n  return 3;\n}\n';
  const wrong = { 'a.c': right, "it's wrong.c": 'int f(void)\n{\n  return none;\n}\n' };
  expect(() => runNative(wrong)).toThrow(/^gcc [\s\S]* fails:\nit's wrong\.c: .*[\s\S]*none.* undeclared/);
  expect(() => runNative({ 'a.c': right, 'b.c': right })).toThrow(/multiple definition of .?main/);
  expect(runNative({ 'a.c': right })).toEqual({ stdout: '', stderr: '', exitCode: 3 });
});

describe.skipIf(missing !== '')(`programs that are joined ${missing}`, () => {
  const program = (body: string) => ({
    files: {
      'main.c': `#include <stdio.h>\n#include <stdlib.h>\n#include "own.h"\nint main(void)\n{\n  own();\n  ${body}\n}\n`,
      'own.h': 'void own(void);\n',
      'own.c': '#include <stdio.h>\n#include "own.h"\nvoid own(void)\n{\n  printf("own ");\n}\n',
    },
    main: 'main.c',
  });

  it('print what each prints and have their exit codes, up to one that ends all', () => {
    const bodies = ['printf("a\\n"); return 0;', 'return 7;', 'fflush(stdout); exit(3);', 'return 0;'];
    const runs = runJoined(bodies.map(program), ['own'], runNative);
    expect(runs.map(({ stdout, exitCode }) => [stdout, exitCode])).toEqual([
      ['own a\n', 0],
      ['own ', 7],
      ['', 3],
      ['', 3],
    ]);
  });
});
