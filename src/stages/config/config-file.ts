/** How the project file is called. */
export const CONFIG_FILE = 'tinyml.config.json';
