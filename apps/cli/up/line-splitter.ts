/** A service that writes no line ends must not fill the supervisor's memory. */
const LINE_CHARS_MAX = 32_768;

/**
 * Turns chunks of a stream into whole lines; a longer line than LINE_CHARS_MAX is cut into pieces.
 */
export class LineSplitter {
  private rest = '';

  constructor(private readonly onLine: (line: string) => void) {}

  push(chunk: string): void {
    const lines = (this.rest + chunk).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) this.onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
    while (this.rest.length > LINE_CHARS_MAX) {
      this.onLine(this.rest.slice(0, LINE_CHARS_MAX));
      this.rest = this.rest.slice(LINE_CHARS_MAX);
    }
  }

  /** Gives the last line, if it had no end. */
  end(): void {
    if (this.rest !== '') this.onLine(this.rest);
    this.rest = '';
  }
}
