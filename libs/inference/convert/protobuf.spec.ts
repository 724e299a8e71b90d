import { describe, expect, it } from '@jest/globals';
import { ProtobufMessage } from './protobuf.js';

const hex = (message: ProtobufMessage): string => Buffer.from(message.finish()).toString('hex');

describe('ProtobufMessage', () => {
  // The first three are the examples of https://protobuf.dev/programming-guides/encoding/.
  it.each([
    ['an integer', new ProtobufMessage().integer(1, 150), '089601'],
    ['a text', new ProtobufMessage().text(2, 'testing'), '120774657374696e67'],
    ['a message', new ProtobufMessage().message(3, new ProtobufMessage().integer(1, 150)), '1a03089601'],
    ['zero', new ProtobufMessage().integer(1, 0), '0800'],
    ['the largest integer', new ProtobufMessage().integer(1, Number.MAX_SAFE_INTEGER), '08ffffffffffffff0f'],
    ['a field beyond fifteen', new ProtobufMessage().integer(20, 7), 'a00107'],
    ['long bytes', new ProtobufMessage().bytes(9, new Uint8Array(128)), `4a8001${'00'.repeat(128)}`],
  ])('writes %s', (_, message, expected) => {
    expect(hex(message)).toBe(expected);
  });

  it.each([-1, 0.5, 2 ** 53])('refuses %d', (value) => {
    expect(() => new ProtobufMessage().integer(1, value)).toThrow(RangeError);
  });
});
