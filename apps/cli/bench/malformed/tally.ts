import type { AssetAnswer } from '#contracts/asset-answer.js';
import { PROBLEMS, type ProblemBody } from '#contracts/problems.js';

import type { HostileFile } from './hostile-files.js';

/** What came back for one file. */
export interface Reply {
  /** 0 when there was no answer. */
  readonly status: number;
  /** The answer's text, or why there was none. */
  readonly body: string;
  readonly ms: number;
}

/** An answer that breaks a promise, and the file that it was given to. */
export interface Finding {
  readonly file: HostileFile;
  readonly why: string;
  readonly ms: number;
}

/** Answers by what they are, for a run of any length. */
export class Tally {
  readonly byAnswer = new Map<string, number>();
  readonly findings: Finding[] = [];
  readonly slowest: { readonly name: string; readonly ms: number; readonly answer: string }[] = [];
  /** Those of 500 and above, for want of time as well. */
  serverErrors = 0;
  late = 0;
  unanswered = 0;
  unstable = 0;

  /** @param lateMs an answer after that is a hang */
  constructor(private readonly lateMs: number) {}

  add(file: HostileFile, { status, body, ms }: Reply): void {
    const answer = nameOf(status, body);
    this.byAnswer.set(answer.name, (this.byAnswer.get(answer.name) ?? 0) + 1);
    this.noteSlow(file.name, ms, answer.name);
    const whys: string[] = [];
    if (status === 0) whys.push(`no answer: ${body}`);
    if (status >= 500 && answer.name !== SENT_AWAY) whys.push(`status ${status}, ${answer.name}`);
    if (!answer.stable) whys.push(`an answer that no client can read: ${status} ${body.slice(0, 200)}`);
    if (ms > this.lateMs) whys.push(`answered after ${Math.round(ms)} ms`);
    this.unanswered += status === 0 ? 1 : 0;
    this.serverErrors += status >= 500 ? 1 : 0;
    this.unstable += answer.stable ? 0 : 1;
    this.late += ms > this.lateMs ? 1 : 0;
    for (const why of whys) if (this.findings.length < FINDINGS_MAX) this.findings.push({ file, why, ms });
  }

  private noteSlow(name: string, ms: number, answer: string): void {
    this.slowest.push({ name, ms, answer });
    if (this.slowest.length <= SLOWEST_MAX) return;
    this.slowest.sort((a, b) => b.ms - a.ms).pop();
  }
}

const FINDINGS_MAX = 200;
const SLOWEST_MAX = 12;

/** The service had no time for it and said when to come again: nothing that the file did. */
export const SENT_AWAY = '503 overloaded';

/** When to come again, in milliseconds; undefined for whoever was not sent away. */
export function retryAfterMsOf({ status, body }: Reply): number | undefined {
  const parsed = status === 503 ? parse(body) : undefined;
  return isProblem(parsed, status) && parsed.code === 'overloaded' ? (parsed.retryAfterMs ?? 0) : undefined;
}

/** How reports name an answer, and whether it is one of those that the documentation has. */
export function nameOf(status: number, body: string): { readonly name: string; readonly stable: boolean } {
  if (status === 0) return { name: 'no answer', stable: true };
  const parsed = parse(body);
  if (status === 201 && isAsset(parsed)) return { name: `201 ${sourceOf(parsed)}`, stable: true };
  if (isProblem(parsed, status)) return { name: `${status} ${parsed.code}`, stable: true };
  return { name: `${status} in other words`, stable: false };
}

/** A default verdict has its reason beside it: the tier had no time, or failed. */
const sourceOf = ({ decision }: AssetAnswer): string =>
  decision.source === 'fast' ? 'fast' : `${decision.source}: ${decision.reasons.map(({ code }) => code).join(', ')}`;

function parse(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}

const isAsset = (value: unknown): value is AssetAnswer =>
  typeof value === 'object' && value !== null && 'decision' in value && 'sha256' in value;

function isProblem(value: unknown, status: number): value is ProblemBody {
  if (typeof value !== 'object' || value === null || !('code' in value) || !('type' in value)) return false;
  const kind = Object.entries(PROBLEMS).find(([code]) => code === value.code)?.[1];
  return kind?.status === status && value.type === `urn:portcullis:problem:${String(value.code)}`;
}
