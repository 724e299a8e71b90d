import { fork, type ChildProcess } from 'node:child_process';

import type { ImageLimits } from '#contracts/prepared-image.js';
import type { RenditionWants } from '#imaging/render-rendition.js';

import { FairLine, RendererBusy } from './fair-line.js';
import { isRenditionReply, type Rendered, type RenditionCall, type RenditionReply } from './rendition-call.js';

export const RENDITION_ENTRY = new URL('./rendition-process.js', import.meta.url);

/** Far longer than any picture within the limits takes. */
const CALL_MS_MAX = 15_000;
/** More would wait longer than people do. */
const PLACES_MAX = 32;
/** A process that nobody needs gives its memory back. */
const IDLE_MS = 60_000;
/** Its whole environment: no loaders that libvips does not trust, and fewer heaps of its allocator. */
const ENVIRONMENT = { VIPS_BLOCK_UNTRUSTED: '1', MALLOC_ARENA_MAX: '2' };

/** The bytes took the process down that was to decode them, or it did not end in its time. */
export class RenditionLost extends Error {
  override readonly name = 'RenditionLost';
}

export interface RendererOptions {
  /** The module of the process. */
  readonly entry: URL | string;
  readonly limits: ImageLimits;
  readonly callMsMax?: number;
}

/** Has pictures rendered one after the other, for each person in turn, in a process apart, which hostile bytes may take down. */
export class Renderer {
  private child: ChildProcess | undefined;
  private idle: NodeJS.Timeout | undefined;
  private readonly line = new FairLine(PLACES_MAX);
  private calls = 0;
  private isClosed = false;

  constructor(private readonly options: RendererOptions) {}

  /** @param who asks: nobody takes the places of all. @throws RendererBusy; RenditionLost; Error when the file cannot be read */
  render(path: string, wants: RenditionWants, who: string): Promise<Rendered> {
    return this.line.run(who, () => this.ask(path, wants));
  }

  /** Ends the process; what is under way is lost. */
  close(): void {
    this.isClosed = true;
    this.end();
  }

  private async ask(path: string, wants: RenditionWants): Promise<Rendered> {
    if (this.isClosed) throw new RendererBusy('the service ends');
    const child = (this.child ??= this.start());
    clearTimeout(this.idle);
    this.calls += 1;
    const { answer } = await this.exchange(child, { call: this.calls, path, wants, limits: this.options.limits });
    this.idle = setTimeout(() => this.end(), IDLE_MS).unref();
    if (answer.kind === 'failed') throw new Error(`a picture could not be read: ${answer.detail}`);
    return answer;
  }

  private exchange(child: ChildProcess, call: RenditionCall): Promise<RenditionReply> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        clearTimeout(timer);
        child.off('message', onMessage);
        child.off('exit', onExit);
        finish();
      };
      const lost = (why: string): void => {
        this.end();
        settle(() => reject(new RenditionLost(why)));
      };
      const onMessage = (message: unknown): void => {
        if (isRenditionReply(message) && message.call === call.call) settle(() => resolve(message));
      };
      const onExit = (): void => lost('the process that decodes ended over it');
      const timer = setTimeout(() => lost('it was not decoded in its time'), this.options.callMsMax ?? CALL_MS_MAX);
      child.on('message', onMessage);
      child.once('exit', onExit);
      child.send(call, (error) => {
        if (error !== null) lost('the process that decodes is gone');
      });
    });
  }

  private start(): ChildProcess {
    const child = fork(this.options.entry, [], {
      env: ENVIRONMENT,
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    // without a listener its error would end the console; that it is gone shows by its exit
    child.on('error', () => undefined);
    child.once('exit', () => {
      if (this.child === child) this.child = undefined;
    });
    return child;
  }

  private end(): void {
    clearTimeout(this.idle);
    this.child?.kill('SIGKILL');
    this.child = undefined;
  }
}
