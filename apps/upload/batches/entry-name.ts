import { validateFileName } from 'yauzl';

import { FILE_NAME_CHARACTERS_MAX } from '#contracts/bulk-line.js';
import { isPlainText } from '#contracts/plain-text.js';

import { invalidEntry } from './invalid-archive.js';

/** What operating systems put into archives beside the files that were chosen. */
const BY_THE_WAY = /(^|\/)(__MACOSX\/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)/i;

/** The file of an archive that says more about the others. */
export const MANIFEST_NAME = 'manifest.jsonl';

/**
 * A path in an archive as its client knows it. No file is ever created by such a name; one that leads elsewhere is still
 * nobody's image.
 *
 * @throws Problem `invalid-archive` for absolute paths, `..`, backslashes, control characters and endless names
 */
export function entryName(raw: string): string {
  const name = raw.replace(/^(\.\/)+/, '');
  const isSound = validateFileName(name) === null && isPlainText(name) && !name.includes('\ufffd');
  if (!isSound || name.length === 0 || name.length > FILE_NAME_CHARACTERS_MAX) {
    throw invalidEntry(raw, 'is no path of a file within an archive');
  }
  return name;
}

/** Whether a file was packed without anybody's intention. */
export const isByTheWay = (name: string): boolean => BY_THE_WAY.test(name);
