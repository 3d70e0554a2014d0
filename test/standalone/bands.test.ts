/** Programs that are computed in bands of rows, by what they are to be best at. */

import { describe, expect, it } from 'vitest';
import { graphCost } from '../../src/ir/graph-cost.ts';
import { compileProgram } from '../../src/targets/c/program.ts';
import { sourceCode } from '../../src/targets/c/source-code.ts';
import { standaloneNames } from '../../src/targets/c/standalone-names.ts';
import { runNative, runOnCortexM4 } from '../cross/compile.ts';
import { missingCortexM4, missingNative } from '../cross/probe.ts';
import { bandNetwork, recordOf } from './band-network.ts';
import { compareWithInterpreter } from './run-standalone.ts';

const graph = bandNetwork();
const whole = compileProgram(graph, { optimize: 'speed' });
const small = compileProgram(graph, { optimize: 'size' });

describe('bands of rows', () => {
  it('are made where memory is to be saved, and cost what they say', () => {
    expect(whole.banding).toBeUndefined();
    expect(whole.graph).toBe(graph);
    const { banding } = small;
    // Of a program for `speed` some scratch is larger as well.
    expect(small.memory.bytes + (banding?.savedBytes ?? 0)).toBeLessThanOrEqual(whole.memory.bytes);
    expect(banding?.savedBytes).toBeGreaterThan(0.2 * whole.memory.bytes);
    expect(banding?.extraMacs).toBe(graphCost(small.graph).macs - graphCost(graph).macs);
    expect(small.memory.bytes).toBeLessThan(0.8 * whole.memory.bytes);
    expect(banding?.extraMacs).toBeLessThanOrEqual(0.25 * graphCost(graph).macs);
  });

  it('are not worth more than a fortieth of the work where nothing is asked for', () => {
    const { banding } = compileProgram(graph);
    expect(banding?.extraMacs ?? 0).toBeLessThanOrEqual(0.025 * graphCost(graph).macs);
  });

  it('are told of in the source', () => {
    const source = sourceCode(small, standaloneNames(graph, 'model'));
    expect(source).toMatch(/It computes \d+ operators up to \[1, \d+, \d+, 12\] in \d+ bands of rows/);
    expect(sourceCode(whole, standaloneNames(graph, 'model'))).not.toContain('bands of rows');
  });

  it.skipIf(missingCortexM4() !== '')(
    `give windows their own functions where nothing is asked for, with the same bytes ${missingCortexM4()}`,
    () => {
      const tall = bandNetwork(80);
      const { banding, steps } = compileProgram(tall);
      const own = steps.filter(({ emission }) => emission.isWhole);
      expect(own.length).toBeGreaterThanOrEqual(banding?.stages[0].bands ?? 2);
      expect(own.every(({ node }) => node.kind === 'conv_2d')).toBe(true);
      const run = (sources: Readonly<Record<string, string>>) =>
        runOnCortexM4(sources, { strict: true, optimize: '-O2' });
      expect(compareWithInterpreter(tall, [[recordOf(tall)]], run)).toBe('ok');
    },
  );

  it('stay whole where weights are codes', () => {
    const coded = compileProgram(graph, { optimize: 'size', huffman: 'layer' });
    expect(coded.huffman === undefined || coded.banding === undefined).toBe(true);
  });

  it.skipIf(missingNative() !== '')(`give the interpreter's bytes, here ${missingNative()}`, () => {
    expect(
      compareWithInterpreter(graph, [[recordOf(graph)]], (sources) => runNative(sources, { strict: true }), {
        optimize: 'size',
      }),
    ).toBe('ok');
  });

  it.skipIf(missingCortexM4() !== '')(`on a Cortex-M4 ${missingCortexM4()}`, () => {
    expect(
      compareWithInterpreter(
        graph,
        [[recordOf(graph)]],
        (sources) => runOnCortexM4(sources, { optimize: '-O2' }),
        { optimize: 'size' },
      ),
    ).toBe('ok');
  });
});
