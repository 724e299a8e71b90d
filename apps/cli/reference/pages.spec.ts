import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { SETTING_MEANINGS } from '#settings/setting-meanings.js';
import { describeSettings } from '#settings/settings.js';

import { referencePages } from './pages.js';

const ROOT = join(import.meta.dirname, '../../..');

describe('the reference', () => {
  it.each(referencePages())('$path says what the code says', async ({ path, text }) => {
    expect(await readFile(join(ROOT, path), 'utf8')).toBe(text);
  });

  it('lists every setting that has a meaning, once', () => {
    const asked = describeSettings().map(({ name }) => name);
    expect([...asked].sort()).toEqual(Object.keys(SETTING_MEANINGS).sort());
  });
});
