import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { openPixels, openUntrusted } from './sharp-settings.js';

const open = (bytes: Uint8Array) => openUntrusted(bytes, { strictness: 'none', pixelsMax: false }).metadata();
const picture = () => openPixels(new Uint8Array(4 * 4 * 3), { width: 4, height: 4, channels: 3 });

describe('sharp settings', () => {
  it('block every loader that is not on the allow-list', async () => {
    const svg = Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="5" height="5"/></svg>',
    );
    await expect(open(svg)).rejects.toThrow('unsupported image format');
    const tiff = await picture().tiff().toBuffer();
    await expect(open(tiff)).rejects.toThrow('unsupported image format');
    await expect(open(Buffer.from('P6 1 1 255\n\0\0\0', 'latin1'))).rejects.toThrow('unsupported image format');
  });

  it.each(['jpeg', 'png', 'webp', 'gif', 'avif'] as const)('leave %s open', async (format) => {
    const bytes = await picture().toFormat(format).toBuffer();
    expect(await open(bytes)).toMatchObject({ width: 4, height: 4 });
  });

  it('keep no cache and one thread', () => {
    expect(sharp.cache()).toMatchObject({ memory: { max: 0 }, files: { max: 0 }, items: { max: 0 } });
    expect(sharp.concurrency()).toBe(1);
  });
});
