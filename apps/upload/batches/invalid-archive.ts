import { Problem } from '#contracts/problems.js';

/** Something about an archive that nobody needs who packs images. */
export const invalidArchive = (detail: string): Problem => new Problem('invalid-archive', detail);

export const brokenTar = (): Problem =>
  invalidArchive('The tar file is broken, incomplete, or has something behind its end.');

/** @param name of a file in it, as its client knows it */
export const invalidEntry = (name: string, fault: string): Problem =>
  invalidArchive(`${JSON.stringify(name.slice(0, 200))} ${fault}.`);
