import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Whether a folder has a settings file. Apart from reading it, so that a run without one does not load the schema. */
export function hasSettings(folder: string): boolean {
  return ['.github/plimsoll.yml', '.github/plimsoll.yaml'].some((file) => existsSync(join(folder, file)));
}
