import { describe, expect, it } from '@jest/globals';
import { serverAddress } from './server-address.js';

const model = { name: 'mobilenet_v2', version: '1.0.0' };
const OWN = '/v2/models/mobilenet_v2/versions/1.0.0';

describe('the address of a model', () => {
  it.each([
    ['http://triton:8000', 'http://triton:8000', OWN],
    ['http://triton:8000/', 'http://triton:8000', OWN],
    ['https://gateway/fast/', 'https://gateway', `/fast${OWN}`],
    ['http://triton:8000/v2/models/nsfw/versions/1', 'http://triton:8000', '/v2/models/nsfw/versions/1'],
    ['http://kserve/a/v2/models/nsfw/', 'http://kserve', '/a/v2/models/nsfw'],
  ])('of %s', (url, origin, path) => {
    expect(serverAddress(url, model)).toEqual({ origin, path });
  });
});
