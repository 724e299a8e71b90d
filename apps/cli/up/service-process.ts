import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { LineSplitter } from './line-splitter.js';
import type { ServiceSpec } from './service-spec.js';

/**
 * A young generation of 4 MB saves some 30 MB of resident memory in a service, and costs no time that can be seen. Its heap
 * is small: threads that help to collect it cost more than they save, on cores that classifiers want.
 */
const NODE_FLAGS = ['--enable-source-maps', '--max-semi-space-size=4', '--single-threaded-gc'];
/** Kept of what a service wrote, to say with its failure. */
const LAST_LINES = 20;
/** How long the last lines of an ended service may take to arrive; a child of its own may hold the pipe open for ever. */
const LAST_LINES_LIMIT_MS = 500;

export interface ServiceEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One run of a service, from its start to its end. */
export class ServiceProcess {
  readonly lastLines: string[] = [];
  /** Resolves when the process has ended, and its children with it. */
  readonly ended: Promise<ServiceEnd>;
  running = true;
  /** Where it listens, once it has said so. */
  port: number | undefined;
  private readonly startedAt = performance.now();
  private readonly child: ChildProcess;

  constructor(
    spec: ServiceSpec,
    private readonly onLine: (line: string) => void,
  ) {
    this.child = spawn(process.execPath, [...NODE_FLAGS, spec.script, ...spec.args], {
      env: { ...process.env, ...spec.env },
      // the channel breaks when this process ends in whatever way; the service sees that and ends too (exitWithParent)
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // a process group of its own: the terminal's Ctrl-C does not reach it, and it can be killed with its children
      detached: process.platform !== 'win32',
    });
    this.child.on('message', (message) => {
      if (typeof message === 'object' && 'listening' in message) this.port = Number(message.listening);
    });
    this.passLines(this.child.stdout);
    this.passLines(this.child.stderr);
    this.ended = this.waitForEnd();
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  get upMs(): number {
    return performance.now() - this.startedAt;
  }

  /** Asks it to end. */
  terminate(): void {
    this.child.kill('SIGTERM');
  }

  /** Ends it and its children at once. */
  kill(): void {
    if (this.child.pid === undefined) return;
    try {
      if (process.platform === 'win32') this.child.kill('SIGKILL');
      else process.kill(-this.child.pid, 'SIGKILL');
    } catch {
      // nobody of the group is left
    }
  }

  private async waitForEnd(): Promise<ServiceEnd> {
    const closed = once(this.child, 'close').catch(() => undefined);
    const end = await new Promise<ServiceEnd>((resolve) => {
      this.child.once('error', (error) => {
        this.keep(error.message);
        resolve({ code: null, signal: null });
      });
      this.child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    this.running = false;
    this.kill();
    await Promise.race([closed, delay(LAST_LINES_LIMIT_MS)]);
    return end;
  }

  private passLines(stream: NodeJS.ReadableStream | null): void {
    const lines = new LineSplitter((line) => {
      this.keep(line);
    });
    stream?.setEncoding('utf8');
    stream?.on('data', (chunk: string) => {
      lines.push(chunk);
    });
    stream?.once('end', () => {
      lines.end();
    });
  }

  private keep(line: string): void {
    if (this.lastLines.push(line) > LAST_LINES) this.lastLines.shift();
    this.onLine(line);
  }
}
