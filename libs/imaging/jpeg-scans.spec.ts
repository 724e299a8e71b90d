import { describe, expect, it } from '@jest/globals';
import { countJpegScans } from './jpeg-scans.js';
import { openPixels } from './sharp-settings.js';

const noise = Uint8Array.from({ length: 64 * 64 * 3 }, (_, index) => (index * 2654435761) >>> 13);
const picture = () => openPixels(noise, { width: 64, height: 64, channels: 3 });

const SCAN = Buffer.from([0xff, 0xda, 0, 8, 1, 1, 0, 1, 5, 2, 0x7f, 0xff, 0, 0xff, 0xd0, 0x11]);
const withScans = (count: number): Buffer =>
  Buffer.concat([Buffer.from([0xff, 0xd8]), ...Array.from({ length: count }, () => SCAN), Buffer.from([0xff, 0xd9])]);

describe('countJpegScans', () => {
  it('finds one scan in a baseline JPEG and several in a progressive one', async () => {
    expect(countJpegScans(await picture().jpeg().toBuffer(), 1000)).toBe(1);
    const progressive = countJpegScans(await picture().jpeg({ progressive: true }).toBuffer(), 1000);
    expect(progressive).toBeGreaterThan(5);
    expect(progressive).toBeLessThan(20);
  });

  it('counts past stuffed zeros, restart markers and fill bytes, up to the bound', () => {
    expect(countJpegScans(withScans(882), 1000)).toBe(882);
    expect(countJpegScans(withScans(882), 65)).toBe(65);
    expect(countJpegScans(Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xff]), SCAN]), 9)).toBe(1);
  });

  it('does not count what stands inside a segment or after the end', () => {
    const segment = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, 2 + SCAN.length]), SCAN]);
    expect(countJpegScans(segment, 9)).toBe(0);
    expect(countJpegScans(Buffer.concat([withScans(1), withScans(3)]), 9)).toBe(1);
  });

  it('ends on any bytes', () => {
    expect(countJpegScans(new Uint8Array(0), 9)).toBe(0);
    expect(countJpegScans(new Uint8Array(1000).fill(0xff), 9)).toBe(0);
    expect(countJpegScans(noise, 9)).toBeLessThanOrEqual(9);
  });
});
