import { createRequire } from 'node:module';

interface PackageFile {
  readonly name: string;
  readonly version: string;
}

const packageFile = createRequire(import.meta.url)('../../package.json') as PackageFile;

/** `0.1.0` */
export const VERSION = packageFile.version;
/** `tinyml 0.1.0`, as manifests name it. */
export const TOOL = `${packageFile.name} ${packageFile.version}`;
