import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plan } from '#contracts/plan-answer.js';
import { readPlan } from './read-plan.js';

/** Machines, models and settings change now and then; what is older than so many plans is of no use. */
const KEPT_MAX = 32;

/** A plan that was kept under this key; undefined when there is none, or it cannot be read: it is then measured again. */
export async function keptPlan(folder: string, key: string): Promise<Plan | undefined> {
  try {
    return readPlan(JSON.parse(await readFile(fileOf(folder, key), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Keeps a plan: readers see the old one or the new one, whole. */
export async function keepPlan(folder: string, key: string, plan: Plan): Promise<void> {
  await mkdir(folder, { recursive: true });
  const file = fileOf(folder, key);
  const written = `${file}.${process.pid}`;
  await writeFile(written, `${JSON.stringify(plan, null, 2)}\n`);
  await rename(written, file);
  await removeOldest(folder);
}

async function removeOldest(folder: string): Promise<void> {
  const names = await readdir(folder);
  if (names.length <= KEPT_MAX) return;
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      // another process may have removed it meanwhile
      return { path, writtenMs: (await stat(path).catch(() => undefined))?.mtimeMs ?? 0 };
    }),
  );
  const oldest = files.sort((a, b) => b.writtenMs - a.writtenMs).slice(KEPT_MAX);
  for (const { path } of oldest) await rm(path, { force: true });
}

const fileOf = (folder: string, key: string): string => join(folder, `${key}.json`);
