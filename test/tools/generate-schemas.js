/** Writes the JSON Schemas in schemas/ from the zod schemas; needs "npm run build" first. */

import { writeFileSync } from 'node:fs';
import { projectJsonSchema } from '../../dist/stages/config.js';

const target = new URL('../../schemas/tinyml.config.schema.json', import.meta.url);
writeFileSync(target, `${JSON.stringify(projectJsonSchema(), null, 2)}\n`);
