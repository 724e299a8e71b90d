import { describe, expect, it } from '@jest/globals';
import { commandsOf, examplesOf, fencesOf, PAGES } from './example-blocks.js';

describe('examples in the documents', () => {
  it.each(PAGES)('of %s are found, with where they stand', (page) => {
    const examples = examplesOf(page);
    const known = fencesOf(page).filter((info) => /^(sh|ts|json)\b/.test(info));
    expect(examples.map(({ language, mark }) => `${language} ${mark}`.trim())).toEqual(known);
    expect(examples.length).toBeGreaterThan(0);
  });

  it.each(PAGES)('of %s have a language that somebody tries, or none', (page) => {
    expect(fencesOf(page).filter((info) => !/^((sh|ts|json)( \S+)?)?$/.test(info))).toEqual([]);
  });

  it('are commands over several lines, and no comments', () => {
    const text = "# first\ncurl -d '{\n}' \\\n  $URL  # why\n\nK='a # b'; J=2\nls\n";
    expect(commandsOf(text)).toEqual(["curl -d '{\n}' \\\n  $URL", "K='a # b'; J=2", 'ls']);
  });
});
