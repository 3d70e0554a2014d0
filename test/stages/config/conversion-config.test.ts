import { expect, it } from 'vitest';
import { defaultConversion } from '../../../src/stages/config/conversion-config.ts';
import { defaultProject } from '../../../src/stages/config.ts';

it('conversions of files are those of the built-in project where there is none', () => {
  const { quantization, conversion } = defaultProject;
  expect(defaultConversion()).toEqual({ quantization, conversion });
});
