/** The command line is a client of the API: what it takes from the rooms below, a program can take, too. */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import * as api from '../../src/index.ts';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));
/** Below these is the language in which everybody speaks: errors, tensors, the graph's own tools. */
const ROOMS = [
  'models',
  'stages',
  'formats',
  'targets',
  'planner',
  'interpreter',
  'data',
  'artifacts',
  'training',
];

/** What is of use only to who takes strings of people and prints tables for them; by name, with what a program does. */
const COMMAND_LINE_HELPERS: Readonly<Record<string, string>> = {
  DEFAULT_LIBRARY: 'has it where it names none',
  EVENTS_PATH: 'makes pages with projectReport, and serves none',
  SCRIPT_PATH: 'makes pages, too',
  SELF_TEST_WORD: 'reads logs with SelfTestLogReader, which knows the word',
  WATCH_SCRIPT: 'makes pages, too',
  MEMORY_COLUMNS: 'has numbers',
  checkArrayName: 'hears it from exportFirmware; commands complain before they read a model',
  checkLabels: 'hears it from exportFirmware, too',
  checkSketchName: 'hears it from exportFirmware, too',
  checkStandaloneName: 'hears it from exportStandalone',
  exportSources: 'knows which of exportFirmware and exportStandalone it wants',
  filesOfKind: 'knows what its files are',
  nameIn: 'gives the name',
  sourceOptions: 'writes FirmwareOptions or StandaloneOptions, not flags',
  formatArenaBytes: 'has numbers',
  formatMacs: 'has numbers',
  formatQuantization: 'has numbers',
  isEditable: 'has no folder that people edited',
  memoryNotes: 'reads inspectModel, and says it in its own words',
  memoryRows: 'has numbers',
  parseMethodText: 'writes lists of methods, not text',
  npyPrologue: 'has its array whole, and calls writeNpy',
  tellingSteps: 'prints no table of steps',
};

interface Taken {
  readonly by: string;
  /** A file below `src`. */
  readonly from: string;
  readonly name: string;
}

/** The values that a file imports by name; types are not there when the program runs. */
function valuesTaken(file: string, text: string): Taken[] {
  return [...text.matchAll(/^import \{([^}]*)\} from '(\.[^']+)'/gm)].flatMap(([, names, path]) =>
    names
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '' && !name.startsWith('type '))
      .map((name) => ({ by: relative(SRC, file), from: relative(SRC, resolve(dirname(file), path)), name })),
  );
}

function takenByTheCommandLine(): Taken[] {
  return readdirSync(join(SRC, 'cli'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(SRC, 'cli', name))
    .flatMap((file) => valuesTaken(file, readFileSync(file, 'utf8')))
    .filter(({ from }) => ROOMS.includes(from.split(/[\\/]/)[0]));
}

/** What a program that imports "tinyml" cannot take, or would take under another name. */
async function missing(taken: readonly Taken[], exported: object): Promise<string[]> {
  const has = async ({ from, name }: Taken): Promise<boolean> => {
    const module = (await import(pathToFileURL(join(SRC, from)).href)) as Record<string, unknown>;
    return (exported as Record<string, unknown>)[name] === module[name];
  };
  const answers = await Promise.all(taken.map(async (one) => ({ one, there: await has(one) })));
  return answers.filter(({ there }) => !there).map(({ one }) => `${one.name} of ${one.from}, for ${one.by}`);
}

it('exports every value that the command line takes from the rooms below', async () => {
  const taken = takenByTheCommandLine().filter(({ name }) => !(name in COMMAND_LINE_HELPERS));
  expect(taken.length).toBeGreaterThan(50);
  expect(await missing(taken, api)).toEqual([]);
});

it('exports no helper of the command line, and knows of none that is gone', () => {
  const taken = new Set(takenByTheCommandLine().map(({ name }) => name));
  const helpers = Object.keys(COMMAND_LINE_HELPERS);
  expect(helpers.filter((name) => !taken.has(name))).toEqual([]);
  expect(helpers.filter((name) => name in api)).toEqual([]);
});

it('notices one that is missing', async () => {
  const [taken] = valuesTaken(
    join(SRC, 'cli/x.ts'),
    "import { type A, readModel } from '../formats/model-file.ts';",
  );
  const { readModel: _, ...rest } = api;
  expect(await missing([taken], rest)).toEqual([`readModel of ${taken.from}, for ${taken.by}`]);
});

it('has a type for what every command prints with --json', () => {
  const index = readFileSync(join(SRC, 'index.ts'), 'utf8');
  const printed = readFileSync(join(SRC, 'cli/printed-json.ts'), 'utf8');
  const actions = readdirSync(join(SRC, 'cli/actions'), { recursive: true, encoding: 'utf8' });
  const emitted = actions
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => {
      const text = readFileSync(join(SRC, 'cli/actions', name), 'utf8');
      return [...text.matchAll(/\.emit(?:Line)?<(\w+)>/g)].map(([, type]) => type);
    });
  expect(new Set(emitted).size).toBe(27);
  for (const type of new Set(emitted)) {
    expect(printed).toMatch(new RegExp(`export (type|interface) ${type}\\b`));
    expect(index).toMatch(new RegExp(`^  ${type},$`, 'm'));
  }
});

/** Names that an entry exports, with the files that define them. */
function exportsOf(entry: string): (readonly [file: string, name: string])[] {
  const text = readFileSync(join(SRC, entry), 'utf8');
  return [...text.matchAll(/^export (?:type )?\{([^}]*)\} from '\.\/([^']+)'/gm)].flatMap(([, names, file]) =>
    names
      .split(',')
      .map((name) => name.trim().replace(/^type /, ''))
      .filter((name) => name !== '')
      .map((name) => [file, name] as const),
  );
}

it('says of everything what it is, where it is defined', () => {
  const all = [...exportsOf('browser.ts'), ...exportsOf('index.ts')];
  expect(all.length).toBeGreaterThan(150);
  const silent = all.filter(([file, name]) => {
    const documented = `\\*/\nexport (async )?(const|function|class|type|interface) ${name}\\b`;
    return !new RegExp(documented).test(readFileSync(join(SRC, file), 'utf8'));
  });
  expect(silent).toEqual([]);
});

it('knows its version', () => {
  expect(api.VERSION).toBe(packageJson.version);
});
