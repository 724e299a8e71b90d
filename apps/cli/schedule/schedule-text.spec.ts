import { expect, it } from '@jest/globals';

import type { ScheduleAnswer } from '#contracts/schedule-answer.js';

import { scheduleText } from './schedule-text.js';

const BY_SETTINGS = {
  mode: 'hybrid',
  sizeMax: null,
  waitMs: 100,
  from: 'settings',
  changedBy: null,
  changedAt: null,
} as const;
const ITEMS: ScheduleAnswer[] = [
  { class: 'normal', ...BY_SETTINGS },
  {
    class: 'bulk',
    mode: 'size',
    sizeMax: 64,
    waitMs: 100,
    from: 'admin',
    changedBy: 'chief',
    changedAt: '2026-06-01T12:00:00.000Z',
  },
];

it('shows every class, who changed it, and what the services make of their time', () => {
  const worker = {
    id: '0b5d3a52-7c60-4b6e-9a3b-bb2f6c3d7e11',
    batchSize: 4,
    efficiency: 0.625,
    usefulMs: 62_500,
    startupMs: 2_500,
    idleMs: 35_000,
    reportedAt: '2026-06-01T12:00:00.000Z',
  };
  const lines = scheduleText({ items: ITEMS, workers: [worker] }).split('\n');
  const words = lines.map((line) => line.split(/[│\s]+/).filter((word) => word !== ''));
  expect(words).toContainEqual(['normal', 'hybrid', 'measured', '100', 'ms', 'settings']);
  expect(words).toContainEqual(['bulk', 'size', '64', 'admin', 'chief', '2026-06-01T12:00:00.000Z']);
  expect(words).toContainEqual(['0b5d3a52', '4', '62.5', '%', '62.5', 's', '2.5', 's', '35.0', 's']);
});

it('says that no service runs', () => {
  expect(scheduleText({ items: ITEMS, workers: [] })).toContain('No batch service has said anything');
});
