import 'reflect-metadata';

import { describe, expect, it } from '@jest/globals';
import { IsBase64 } from 'class-validator';

import { AssetQuery } from '#contracts/asset-query.js';
import { EventQuery } from '#contracts/event-query.js';
import { UrlSubmission } from '#contracts/url-submission.js';

import { queryParameters, requestSchema } from './request-schema.js';
import { Undescribed } from './undescribed.js';

class Odd {
  @IsBase64()
  word!: string;
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
        schema: { type: 'array', maxItems: 2, items: { type: 'string', enum: ['asset.final', 'asset.superseded'] } },
      },
    ]);
  });

  it('is refused for a rule that nobody has put into JSON Schema', () => {
    expect(() => requestSchema(Odd, unsaid)).toThrow(Undescribed);
  });
});
