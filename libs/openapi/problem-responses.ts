import { Problem, problemBody, PROBLEMS, type ProblemCode } from '#contracts/problems.js';

import { asJson, schemaRef, type JsonObject } from './json.js';

const CODES = Object.keys(PROBLEMS) as ProblemCode[];
/** Whoever may send no more today is told what is left of which limit. */
const LIMITS = ['RateLimit', 'RateLimit-Policy'] as const;
const REQUEST = '35a87586-bdb0-4a6b-9f9a-6fd0b7a5b1b8';

/** How a service writes its problems under some paths: their media type, and the schema of the whole. */
export interface ProblemStyle {
  readonly prefix: string;
  readonly mediaType: string;
  readonly schema: string;
}

/** Responses with problems, each described once however many routes have it. */
export class ProblemResponses {
  readonly responses: Record<string, JsonObject> = {};
  readonly examples: Record<string, JsonObject> = {};

  /** What a route answers when something is wrong, by status. */
  of(codes: readonly ProblemCode[], style: ProblemStyle): Record<string, JsonObject> {
    const inOrder = CODES.filter((code) => codes.includes(code));
    const statuses = [...new Set(inOrder.map((code) => PROBLEMS[code].status))];
    const refs = statuses.map((status) => {
      const same = inOrder.filter((code) => PROBLEMS[code].status === status);
      const name = `${style.prefix}${same.join('.')}`;
      this.responses[name] ??= this.response(same, style);
      return [String(status), { $ref: `#/components/responses/${name}` }] as const;
    });
    return Object.fromEntries(refs);
  }

  private response(codes: readonly ProblemCode[], { mediaType, schema }: ProblemStyle): JsonObject {
    const headers = {
      ...(codes.some((code) => PROBLEMS[code].retryable) ? { 'Retry-After': headerRef('Retry-After') } : {}),
      ...(codes.includes('quota-exceeded') ? Object.fromEntries(LIMITS.map((name) => [name, headerRef(name)])) : {}),
      ...(codes.includes('unauthorized') ? { 'WWW-Authenticate': headerRef('WWW-Authenticate') } : {}),
    };
    const narrowed = { type: 'object', properties: { code: { enum: codes } } };
    return {
      description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}. ${PROBLEMS[code].advice}`).join('\n\n'),
      ...(Object.keys(headers).length > 0 ? { headers } : {}),
      content: {
        [mediaType]: {
          schema: { allOf: [schemaRef(schema), narrowed] },
          examples: Object.fromEntries(codes.map((code) => [code, this.example(code)])),
        },
      },
    };
  }

  private example(code: ProblemCode): JsonObject {
    const value = asJson(problemBody(new Problem(code, `${PROBLEMS[code].title}.`), REQUEST));
    this.examples[code] ??= { summary: PROBLEMS[code].title, value };
    return { $ref: `#/components/examples/${code}` };
  }
}

/** Where a header of answers is described. */
export const headerRef = (name: string): JsonObject => ({ $ref: `#/components/headers/${name}` });
