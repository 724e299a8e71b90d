import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Finding } from './tally.js';

const NAME_CHARACTERS_MAX = 80;

/** Writes the files that broke a promise, and beside each one why. @returns how many files were written */
export async function keepFindings(folder: string, findings: readonly Finding[]): Promise<number> {
  if (findings.length === 0) return 0;
  await mkdir(folder, { recursive: true });
  for (const [index, { file, why }] of findings.entries()) {
    const name = `${String(index).padStart(3, '0')}-${plain(file.name)}`;
    await writeFile(join(folder, name), file.bytes);
    await writeFile(join(folder, `${name}.txt`), `${file.name}\n${why}\n`);
  }
  return findings.length;
}

const plain = (name: string): string => name.replace(/[^a-z0-9.]+/gi, '-').slice(0, NAME_CHARACTERS_MAX);
