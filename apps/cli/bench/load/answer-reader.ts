import type { Ending } from './run-log.js';

/** A whole answer, as far as a load generator needs it. */
export interface ReadAnswer {
  readonly ending: Ending;
  /** Whether the connection may carry another request. */
  readonly keepsAlive: boolean;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const SOURCE = Buffer.from('"source":"');
/** Of an answer to an upload; a longer one is not for us. */
const ANSWER_BYTES_MAX = 256 * 1_024;

/**
 * Reads the answers of one HTTP/1.1 connection (RFC 9112), one after the other. It looks for what tells how an upload
 * ended and parses no JSON: that would cost as much as everything else the generator does.
 */
export class AnswerReader {
  private seen: Buffer = Buffer.alloc(0);

  /**
   * Takes bytes as they come.
   *
   * @returns the answer when it is whole, undefined while it is not
   * @throws Error when it is no answer that can be told from the next
   */
  push(chunk: Buffer): ReadAnswer | undefined {
    this.seen = this.seen.length === 0 ? chunk : Buffer.concat([this.seen, chunk]);
    if (this.seen.length > ANSWER_BYTES_MAX) throw new Error('the answer is too long');
    const headEnd = this.seen.indexOf(HEAD_END);
    if (headEnd === -1) return undefined;
    const head = this.seen.toString('latin1', 0, headEnd);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (length === undefined) throw new Error('the answer does not say how long it is');
    const bodyStart = headEnd + HEAD_END.length;
    if (this.seen.length < bodyStart + Number(length)) return undefined;
    const body = this.seen.subarray(bodyStart, bodyStart + Number(length));
    this.seen = Buffer.alloc(0);
    return { ending: endingOf(head, body), keepsAlive: !/\r\nconnection: *close/i.test(head) };
  }
}

/** 201 by a model or a known hash, 201 by the policy's default, 503 with a time to come back, or a failure. */
function endingOf(head: string, body: Buffer): Ending {
  const status = head.slice(9, 12);
  if (status === '201') {
    const at = body.indexOf(SOURCE) + SOURCE.length;
    const source = body.toString('latin1', at, body.indexOf(0x22, at));
    if (source === 'fast' || source === 'hash') return { outcome: 'decided' };
    return source === 'default' ? { outcome: 'shed' } : { outcome: 'failed', why: `decided by ${source}` };
  }
  if (status === '503' && /\r\nretry-after: *\d/i.test(head)) return { outcome: 'refused' };
  return { outcome: 'failed', why: `status ${status}` };
}
