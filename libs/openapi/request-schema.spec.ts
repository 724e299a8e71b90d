import 'reflect-metadata';

import { describe, expect, it } from '@jest/globals';
import { IsBase64, Matches, ValidateNested } from 'class-validator';

import { AssetQuery } from '#contracts/asset-query.js';
import { BankEntriesBody } from '#contracts/bank-hashes.js';
import { EventQuery } from '#contracts/event-query.js';
import { PolicyDraftBody } from '#contracts/policy-draft.js';
import { UrlSubmission } from '#contracts/url-submission.js';
import { EVENT_TYPES } from '#moderation/events/event-types.js';

import { queryParameters, requestSchema } from './request-schema.js';
import { Undescribed } from './undescribed.js';

class Odd {
  @IsBase64()
  word!: string;
}

class Nested {
  @ValidateNested()
  part!: object;
}

class Patterned {
  @Matches(/a$/)
  @Matches(/^b/u)
  word!: string;

  @Matches(/^c/i)
  any!: string;
}

const unsaid = (): undefined => undefined;

describe('the schema of a request class', () => {
  it('has the bounds, defaults and words of its properties, inherited ones among them', () => {
    const schema = requestSchema(UrlSubmission, (type, property) => `${type} ${property ?? ''}`.trim());
    expect(schema).toMatchObject({
      type: 'object',
      description: 'UrlSubmission',
      required: ['url'],
      additionalProperties: false,
      properties: {
        url: { type: 'string', minLength: 1, maxLength: 2_048, description: 'UrlSubmission url' },
        externalId: { type: 'string', minLength: 1, maxLength: 255 },
        class: { type: 'string', enum: ['urgent', 'normal', 'bulk'] },
        deadlineMs: { type: 'integer', minimum: 1, maximum: 60_000 },
        metadata: { type: 'object', maxProperties: 20 },
      },
    });
    expect(requestSchema(AssetQuery, unsaid)).toMatchObject({
      properties: {
        limit: { type: 'integer', minimum: 1, maximum: 100, default: 50 },
        cursor: { type: 'string', format: 'uuid' },
        served: { type: 'boolean' },
        receivedFrom: { type: 'string', format: 'date-time' },
      },
    });
    expect(requestSchema(AssetQuery, unsaid)).not.toHaveProperty('required');
  });

  it('makes parameters of a query, lists with commas between', () => {
    expect(queryParameters(requestSchema(EventQuery, () => 'words'))).toEqual([
      {
        name: 'types',
        in: 'query',
        description: 'words',
        style: 'form',
        explode: false,
        schema: { type: 'array', maxItems: 3, items: { type: 'string', enum: [...EVENT_TYPES] } },
      },
    ]);
  });

  it('has the objects that are in it, and rules of our own that may miss', () => {
    const { properties, required } = requestSchema(BankEntriesBody, unsaid);
    const hash = { type: ['string', 'null'], pattern: '^[0-9A-Fa-f]{64}$' };
    expect([required, properties]).toMatchObject([
      ['entries'],
      {
        entries: {
          ...{ type: 'array', minItems: 1, maxItems: 1_000 },
          items: { type: 'object', additionalProperties: false, properties: { sha256: hash } },
        },
      },
    ]);
    expect(JSON.stringify(properties)).not.toContain('"required"');
  });

  it('has every class that an object may be of', () => {
    const text = JSON.stringify(requestSchema(PolicyDraftBody, unsaid));
    expect(text).toContain('"anyOf":[{"type":"object","properties":{"do":{"type":"string","enum":["apply","ask"]}}');
    expect(text).toContain('"margin":{"type":"number"}');
  });

  it('has every pattern, and none that does not tell capitals apart', () => {
    expect(requestSchema(Patterned, unsaid)['properties']).toEqual({
      word: { type: 'string', pattern: '^b', allOf: [{ pattern: 'a$' }] },
      any: { type: 'string' },
    });
  });

  it('is refused for objects of which nobody says what they are', () => {
    expect(() => requestSchema(Nested, unsaid)).toThrow('of which classes');
  });

  it('is refused for a rule that nobody has put into JSON Schema', () => {
    expect(() => requestSchema(Odd, unsaid)).toThrow(Undescribed);
  });
});
