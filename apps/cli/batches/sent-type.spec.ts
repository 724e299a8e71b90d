import { describe, expect, it } from '@jest/globals';

import { sentType } from './sent-type.js';

describe('the type of a file', () => {
  it.each([
    ['a/pictures.zip', 'application/zip'],
    ['PICTURES.ZIP', 'application/zip'],
    ['a.tar', 'application/x-tar'],
    ['a.tar.gz', 'application/gzip'],
    ['a.tgz', 'application/gzip'],
    ['urls.jsonl', 'application/x-ndjson'],
    ['urls.ndjson', 'application/x-ndjson'],
  ])('of %s is told by its name', (path, type) => {
    expect(sentType(path)).toBe(type);
  });

  it.each(['a.jpg', 'zip', 'a.gz', 'a.csv'])('of %s is none', (path) => {
    expect(() => sentType(path)).toThrow(/\*\.zip/);
  });
});
