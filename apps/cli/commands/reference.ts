import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Command } from 'commander';

import { ROOT } from '#service/run-service.js';

import { openApiPages } from '../reference/openapi-page.js';
import { referencePages } from '../reference/pages.js';

/** `portcullis reference`: the pages that are made of the code. Exit code 1 when one differs and is not written. */
export function referenceCommand(): Command {
  return new Command('reference')
    .description('compare docs/generated and docs/openapi*.json with the code, or write them')
    .option('--write', 'write the pages')
    .action(async ({ write = false }: { write?: boolean }) => {
      for (const { path, text } of [...referencePages(), ...(await openApiPages(ROOT))]) {
        const file = join(ROOT, path);
        const same = (await readFile(file, 'utf8').catch(() => '')) === text;
        if (!same && write) await writeFile(file, text);
        if (!same && !write) process.exitCode = 1;
        process.stdout.write(`${path}: ${same ? 'up to date' : write ? 'written' : 'differs from the code'}\n`);
      }
    });
}
