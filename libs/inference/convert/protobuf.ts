/**
 * Writes one protobuf message field by field, in the order of the calls, so that the same calls give the same bytes.
 * Only what ONNX needs: varints, bytes, texts and messages (https://protobuf.dev/programming-guides/encoding/).
 */
export class ProtobufMessage {
  private readonly chunks: Uint8Array[] = [];

  /** A non-negative integer below 2^53. */
  integer(field: number, value: number): this {
    this.chunks.push(varint(field * 8), varint(value));
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    return this.delimited(field, [value]);
  }

  text(field: number, value: string): this {
    return this.delimited(field, [new TextEncoder().encode(value)]);
  }

  /** Takes the other message's bytes as they are now; large ones are not copied. */
  message(field: number, value: ProtobufMessage): this {
    return this.delimited(field, value.chunks);
  }

  finish(): Uint8Array {
    return Buffer.concat(this.chunks);
  }

  private delimited(field: number, chunks: readonly Uint8Array[]): this {
    const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    this.chunks.push(varint(field * 8 + 2), varint(length));
    for (const chunk of chunks) this.chunks.push(chunk);
    return this;
  }
}

/** Seven bits a byte, lowest first; the high bit says that more follow. */
function varint(value: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is no varint`);
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low + 128 : low);
  } while (rest > 0);
  return Uint8Array.from(bytes);
}
