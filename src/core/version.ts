/** Of package.json, where a test finds the same: a bundle has no file to read it from. */
export const VERSION = '0.1.0';

/** As manifests name what made them. */
export const TOOL = `tinyml ${VERSION}`;
