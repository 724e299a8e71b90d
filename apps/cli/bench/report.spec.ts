import { describe, expect, it } from '@jest/globals';
import { format } from 'prettier';

import { reportAsJson, reportAsMarkdown, type Report } from './report.js';

const REPORT: Report = {
  name: 'upload',
  what: 'One upload after the other.',
  command: 'npm run portcullis -- bench upload --rounds 2',
  date: '2026-01-02',
  machine: { cpu: 'A CPU', cores: 2, memoryGb: 8, node: '20.0.0', os: 'Linux 6 x64', loadBefore: 0 },
  promised: [
    { what: 'p50', bound: 'at most', limit: 25, unit: 'ms', measured: 25 },
    { what: 'uploads', bound: 'at least', limit: 80, unit: '', measured: 79.9 },
    { what: 'memory', bound: 'at most', limit: 400, unit: 'MB', measured: null },
  ],
  tables: [{ title: 'Stages', head: ['stage', 'p50 (ms)'], rows: [['receive', '1.2']] }],
  pictures: [{ file: 'upload.svg', title: 'Latency by rate', svg: '<svg/>' }],
  notes: ['A note.', 'Another one.'],
  data: { rounds: [{ rate: 79.9 }] },
};

describe('a report', () => {
  it('says of every promise whether it was met', () => {
    const lines = reportAsMarkdown(REPORT).split('\n');
    const outcomes = ['p50', 'uploads', 'memory'].map((what) =>
      lines
        .find((line) => line.startsWith(`| ${what} `))
        ?.split('|')
        .at(-2)
        ?.trim(),
    );
    expect(outcomes).toEqual(['met', '**missed**', 'not measured']);
  });

  it('is written as prettier writes it', async () => {
    const markdown = reportAsMarkdown(REPORT);
    expect(await format(markdown, { parser: 'markdown', printWidth: 120 })).toBe(markdown);
  });

  it('says nothing of promises where there are none', () => {
    expect(reportAsMarkdown(REPORT)).toContain('Promised');
    expect(reportAsMarkdown({ ...REPORT, promised: [] })).not.toContain('Promised');
  });

  it('tells machines the same', () => {
    const { promised, data } = JSON.parse(reportAsJson(REPORT)) as {
      promised: { met: boolean | null }[];
      data: unknown;
    };
    expect(promised.map(({ met }) => met)).toEqual([true, false, null]);
    expect(data).toEqual(REPORT.data);
  });
});
