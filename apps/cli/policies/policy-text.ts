import Table from 'cli-table3';

import type { PolicyAnswer, PolicyDiffAnswer } from '#contracts/policy-answer.js';
import type { ReplayAnswer } from '#contracts/replay-answer.js';
import type { PolicyValue } from '#moderation/policy-leaves.js';
import type { ReplayOutcome, ReplayResult } from '#moderation/replay/replay-result.js';

const STYLE = { head: [], border: [], compact: true };
const SHOWN = 10;

/** Versions of policies for people, the newest first. */
export function policiesTable(policies: readonly PolicyAnswer[]): string {
  const table = new Table({
    head: ['version', 'base', 'state', 'author', 'approved by', 'live since', 'note'],
    style: STYLE,
  });
  for (const { version, baseVersion, state, author, approvedBy, publishedAt, publishAt, note } of policies) {
    const since = publishedAt ?? (publishAt === null ? '' : `to be ${publishAt}`);
    table.push([version, baseVersion ?? '', state, author, approvedBy ?? '', since, firstLine(note)]);
  }
  return `${table.toString()}\n`;
}

/** Where two versions differ. */
export function diffText({ from, to, changes }: PolicyDiffAnswer): string {
  if (changes.length === 0) return `versions ${from} and ${to} say the same\n`;
  const table = new Table({ head: ['place', `version ${from}`, `version ${to}`], style: STYLE });
  for (const { path, from: before, to: after } of changes) table.push([path.slice(1), said(before), said(after)]);
  return `${table.toString()}\n`;
}

/** What a step of a version came to. */
export const stepText = ({ version, state, approvedBy, publishAt }: PolicyAnswer): string =>
  `version ${version} is ${state}${approvedBy === null ? '' : `, approved by ${approvedBy}`}${
    state === 'draft' && publishAt !== null ? `, to be published at ${publishAt}` : ''
  }\n`;

/** What a policy would have changed. */
export function replayText({ version, against, state, fault, result }: ReplayAnswer): string {
  if (result === null) return `the replay of version ${version} is ${state}${fault === null ? '' : `: ${fault}`}\n`;
  const { assets, changed, changedHumanDecided } = result;
  const head = `Version ${version} instead of ${against}: ${changed} of ${assets} assets would have another verdict (${changedHumanDecided} of them people have decided).\n`;
  return changed === 0 ? head : `${head}\n${changesTable(result)}\n\n${affectedTable(result)}\n`;
}

function changesTable({ changes }: ReplayResult): string {
  const table = new Table({ head: ['tier', 'from', 'to', 'assets', 'share'], style: STYLE });
  for (const { tier, from, to, count, share } of changes.slice(0, SHOWN)) {
    table.push([tier, outcomeText(from), outcomeText(to), count, `${(share * 100).toFixed(2)} %`]);
  }
  return table.toString();
}

function affectedTable({ affected }: ReplayResult): string {
  const table = new Table({ head: ['most affected', 'tier', 'from', 'to', 'score'], style: STYLE });
  for (const { assetId, tier, from, to, score } of affected.slice(0, SHOWN)) {
    table.push([assetId, tier, outcomeText(from), outcomeText(to), score?.toFixed(4) ?? '']);
  }
  return table.toString();
}

const outcomeText = ({ verdict, band, label }: ReplayOutcome): string =>
  [verdict, band === null ? [] : [`(${band}${label === null ? '' : ` ${label}`})`]].flat().join(' ');

function said(value: PolicyValue): string {
  if (typeof value !== 'object') return String(value);
  return 'margin' in value ? `${value.do} ${value.margin}` : value.do;
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';
