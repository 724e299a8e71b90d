/** One event of a stream as the wire has it. */
export interface Frame {
  readonly id: string;
  readonly data: string;
}

/** Reads server-sent events out of text that comes in pieces (HTML Living Standard, section 9.2.6). */
export class FrameReader {
  /** The id to come back behind, of an event or of a frame without one; empty: none was told. */
  lastId = '';
  private text = '';
  private id = '';
  private readonly data: string[] = [];

  /** @returns the events that are whole now */
  read(piece: string): Frame[] {
    this.text += piece;
    const lines = this.text.split(/\r\n|\n|\r(?!$)/);
    this.text = lines.pop() ?? '';
    return lines.flatMap((line) => this.line(line));
  }

  private line(line: string): Frame[] {
    if (line === '') return this.end();
    const [, name, value = ''] = /^([^:]*)(?:: ?([^]*))?$/.exec(line) ?? [];
    if (name === 'data') this.data.push(value);
    if (name === 'id') this.id = value;
    return [];
  }

  private end(): Frame[] {
    const data = this.data.splice(0);
    this.lastId = this.id;
    return data.length === 0 ? [] : [{ id: this.id, data: data.join('\n') }];
  }
}
