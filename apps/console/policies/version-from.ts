import { Problem } from '#contracts/problems.js';

/** PostgreSQL's largest `integer`. */
const VERSION_MAX = 2_147_483_647;

/** A policy version out of a path. @throws Problem `not-found` for what can be no version */
export function versionFrom(text: string): number {
  const version = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(version <= VERSION_MAX)) throw new Problem('not-found', 'There is no policy with this version.');
  return version;
}
