import { describe, expect, it } from '@jest/globals';

import { mayReload } from './may-reload.js';

const NOON = Date.UTC(2026, 5, 1, 12);

describe('a page that lacks a part of itself', () => {
  it('is loaded anew once, and again when that was long ago', () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, value: string) => void kept.set(name, value),
    };
    expect(mayReload(storage, NOON)).toBe(true);
    expect(mayReload(storage, NOON + 2_000)).toBe(false);
    expect(mayReload(storage, NOON + 600_000)).toBe(true);
  });
});
