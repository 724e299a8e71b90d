import type { ProblemBody } from '#contracts/problems.js';

/** What is sent. */
export interface SentBody {
  readonly type: string;
  readonly text: string;
}

/** How long one answer may take: a look-up by looks reads a whole bank, a plan counts all assets. */
const REQUEST_MS_MAX = 60_000;

/** Asks the console service, with an admin's key. Throws an Error in words when it is refused. */
export class ConsoleConnection {
  constructor(
    private readonly url: string,
    private readonly key: string,
  ) {}

  /** @param path with its query */
  async ask<T>(method: string, path: string, body?: SentBody): Promise<T> {
    const response = await this.fetched(`${this.url}${path}`, {
      method,
      ...(body === undefined ? {} : { body: body.text }),
      headers: {
        authorization: `Bearer ${this.key}`,
        ...(body === undefined ? {} : { 'content-type': body.type }),
      },
      signal: AbortSignal.timeout(REQUEST_MS_MAX),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(refusal(response.status, text));
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  private async fetched(url: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(url, init);
    } catch (error) {
      throw new Error(`the console service does not answer at ${this.url}: start it, or name another with --url`, {
        cause: error,
      });
    }
  }
}

export const jsonBody = (value: unknown): SentBody => ({ type: 'application/json', text: JSON.stringify(value) });

/** A problem in one line, with every field that is wrong. */
function refusal(status: number, text: string): string {
  try {
    const { title, detail, errors = [] } = JSON.parse(text) as ProblemBody;
    const fields = errors.map((fault) => `${fault.pointer} ${fault.detail}`).join('; ');
    return `${title}: ${fields === '' ? detail : fields}`;
  } catch {
    return `the console service answered with ${status}`;
  }
}
