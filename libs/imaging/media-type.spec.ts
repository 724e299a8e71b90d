import { describe, expect, it } from '@jest/globals';
import { readBrands } from './heif-brands.js';
import { animationControl, craftPng, zeroImageData } from './craft-png.js';
import { MEDIA_TYPE_HEAD_BYTES, sniffMediaType } from './media-type.js';
import { openPixels } from './sharp-settings.js';

const picture = () => openPixels(new Uint8Array(8 * 8 * 3).fill(90), { width: 8, height: 8, channels: 3 });

const ftyp = (major: string, ...compatible: string[]): Buffer => {
  const box = Buffer.from(`    ftyp${major}\0\0\0\0${compatible.join('')}`, 'latin1');
  box.writeUInt32BE(box.length, 0);
  return Buffer.concat([box, Buffer.alloc(64)]);
};

describe('sniffMediaType', () => {
  it.each(['jpeg', 'png', 'webp', 'gif', 'avif'] as const)('knows %s', async (format) => {
    const bytes = await picture().toFormat(format).toBuffer();
    expect(await sniffMediaType(bytes.subarray(0, MEDIA_TYPE_HEAD_BYTES))).toBe(`image/${format}`);
  });

  it('counts an animated PNG as PNG', async () => {
    const header = { width: 2, height: 2, bitDepth: 8, colourType: 2 } as const;
    expect(await sniffMediaType(craftPng(header, [animationControl(2), zeroImageData(header)]))).toBe('image/png');
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['one byte', Buffer.from([0xff])],
    ['text', Buffer.from('GIVE ME AN IMAGE, it says, and it is none')],
    ['SVG', Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['HTML', Buffer.from('<!doctype html><img src=x onerror=alert(1)>')],
    ['PDF', Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n')],
    ['TIFF', Buffer.from([0x49, 0x49, 0x2a, 0, 8, 0, 0, 0, 0, 0, 0, 0])],
    ['BMP', Buffer.from('BM'.padEnd(64, '\0'), 'latin1')],
    ['ZIP', Buffer.from('PK\x03\x04'.padEnd(64, '\0'), 'latin1')],
    ['MP4', ftyp('isom', 'iso2', 'mp41')],
    ['JPEG-LS', Buffer.from([0xff, 0xd8, 0xff, 0xf7, 0, 11, 8, 0, 1, 0, 1, 1])],
  ])('refuses %s', async (_name, head) => {
    expect(await sniffMediaType(head)).toBeUndefined();
  });

  it.each([
    ['avif', ['mif1', 'miaf'], 'image/avif'],
    ['avif', [], 'image/avif'],
    ['mif1', ['avif', 'miaf'], 'image/avif'],
    ['mif1', ['heic'], undefined],
    ['mif1', [], undefined],
    ['avis', ['avif', 'msf1'], undefined],
    ['msf1', ['avif'], undefined],
    ['heic', ['mif1', 'avif'], undefined],
    ['hevc', ['msf1'], undefined],
  ])('of the HEIF family takes major brand %s with %j as %s', async (major, compatible, expected) => {
    expect(await sniffMediaType(ftyp(major, ...compatible))).toBe(expected);
  });
});

describe('readBrands', () => {
  it('reads no further than the box, the bytes and the bound allow', () => {
    const bytes = ftyp('avif', 'mif1', 'miaf');
    expect(readBrands(bytes)).toEqual({ major: 'avif', compatible: ['mif1', 'miaf'] });
    expect(readBrands(bytes.subarray(0, 22))?.compatible).toEqual(['mif1']);
    const endless = ftyp('avif', ...Array.from({ length: 1000 }, () => 'mif1'));
    expect(readBrands(endless)?.compatible).toHaveLength(64);
    expect(readBrands(Buffer.from('too short'))).toBeUndefined();
  });
});
