import type { NumberField } from './length-fields.js';

const JPEG_FRAME_HEADERS = new Set([0xc0, 0xc1, 0xc2]);
const GIF_IMAGE = 0x2c;

/** Where a file says how wide and how high its picture is, the width first; none where it cannot be found. */
export function dimensionFields(bytes: Buffer): NumberField[] {
  const magic = bytes.toString('latin1', 0, 16);
  if (magic.startsWith('\x89PNG')) return pair(16, 4, 'big');
  if (magic.startsWith('\xff\xd8')) return jpegSides(bytes);
  if (magic.startsWith('GIF8'))
    return [...pair(6, 2, 'little'), ...pair(bytes.indexOf(GIF_IMAGE, 13) + 5, 2, 'little')];
  if (magic.slice(8) === 'WEBPVP8X') return pair(24, 3, 'little');
  if (magic.slice(8) === 'WEBPVP8 ') return pair(26, 2, 'little');
  if (magic.slice(8) === 'WEBPVP8L') return [{ offset: 21, bytes: 4, order: 'little' }];
  const extents = bytes.indexOf('ispe', 0, 'latin1');
  return extents === -1 ? [] : pair(extents + 8, 4, 'big');
}

function pair(offset: number, bytes: NumberField['bytes'], order: NumberField['order']): NumberField[] {
  return [
    { offset, bytes, order },
    { offset: offset + bytes, bytes, order },
  ];
}

function jpegSides(bytes: Buffer): NumberField[] {
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff; at += 2 + bytes.readUInt16BE(at + 2)) {
    if (JPEG_FRAME_HEADERS.has(bytes[at + 1] ?? 0)) return pair(at + 5, 2, 'big').reverse();
  }
  return [];
}
