import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

interface Place {
  readonly host: string;
  readonly port: number;
}

/** One connection through the proxy: the two sockets it consists of. */
interface Link {
  readonly sides: readonly Socket[];
  /** Its bytes vanish, and neither side hears of the other any more. */
  lost: boolean;
}

/**
 * A proxy in this process between a service and what it depends on, which a test has fail in the ways of networks: slow,
 * cut, closed, or half-open, which is the worst: everything is accepted and nothing ever comes of it.
 */
export class TcpProxy {
  private readonly links = new Set<Link>();
  private listener: Server | undefined;
  private swallowing = false;
  private delayMs = 0;
  /** What each side has said last, and has not been passed yet. */
  private readonly underWay = new WeakMap<Socket, Promise<void>>();
  private port = 0;
  /** What may still be said; undefined: everything. */
  private piecesLeft: number | undefined;
  /** What waits for the proxy to pass it. */
  private readonly held: (() => void)[] = [];
  private onStill: () => void = () => undefined;

  private constructor(private readonly target: Place) {}

  /** Stands before the server at `url`, and passes everything at first. */
  static async before(url: string): Promise<TcpProxy> {
    const { hostname, port } = new URL(url);
    const proxy = new TcpProxy({ host: hostname, port: Number(port) });
    await proxy.pass();
    return proxy;
  }

  /** The same address by way of the proxy. */
  through(url: string): string {
    const address = new URL(url);
    address.host = `127.0.0.1:${this.port}`;
    return address.href;
  }

  /** Passes everything again, with what stood still. Connections that were swallowed stay lost, as they do in life. */
  async pass(): Promise<void> {
    this.swallowing = false;
    this.delayMs = 0;
    this.goOn();
    if (this.listener !== undefined) return;
    const listener = createServer({ allowHalfOpen: true }, (socket) => this.link(socket));
    this.listener = listener;
    await new Promise<void>((resolve, reject) => {
      listener.once('error', reject).listen(this.port, '127.0.0.1', resolve);
    });
    const address = listener.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy does not listen');
    this.port = address.port;
  }

  /** Passes everything on this much later, in both directions. */
  delay(ms: number): void {
    this.delayMs = ms;
  }

  /** Breaks every connection there is; the next ones pass. */
  cut(): void {
    for (const link of this.links) this.break(link);
    this.goOn();
  }

  /**
   * Once so many pieces more have passed, of either side, everything stands still as if the other side were stopped: until
   * `pass`, which brings it all, or `cut`.
   *
   * @returns resolves when something has to wait
   */
  standStill(pieces: number): Promise<void> {
    this.piecesLeft = pieces;
    return new Promise((resolve) => (this.onStill = resolve));
  }

  /** Half-open: every connection stays open and carries nothing any more; new ones are accepted and stay silent. */
  swallow(): void {
    this.swallowing = true;
    for (const link of this.links) link.lost = true;
  }

  /** Refuses new connections; those there are go on. */
  async refuse(): Promise<void> {
    const { listener } = this;
    this.listener = undefined;
    listener?.close();
    // closed with the turn of the event loop; its 'close' comes when the last connection has ended
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** How many connections are open, lost ones among them. */
  get connections(): number {
    return this.links.size;
  }

  /** Ends it with every connection. */
  async close(): Promise<void> {
    await this.refuse();
    this.cut();
  }

  private link(client: Socket): void {
    const { target, swallowing } = this;
    const sides = swallowing ? [client] : [client, connect({ ...target, allowHalfOpen: true })];
    const link: Link = { sides, lost: swallowing };
    this.links.add(link);
    for (const from of sides) {
      const to = sides.find((side) => side !== from);
      // whoever is told of an error is told of the close that follows
      from.on('error', () => undefined);
      from.on('data', (bytes) => this.carry(link, bytes, from, to));
      from.once('end', () => this.inOrder(from, () => link.lost || to?.end()));
      from.once('close', () => this.inOrder(from, () => this.ended(link, to)));
    }
  }

  private carry(link: Link, bytes: Buffer, from: Socket, to: Socket | undefined): void {
    if (to === undefined || link.lost) return;
    const send = (): void => {
      if (!link.lost) to.write(bytes);
    };
    if (this.piecesLeft === 0) {
      from.pause();
      this.held.push(() => {
        send();
        from.resume();
      });
      this.onStill();
      return;
    }
    if (this.piecesLeft !== undefined) this.piecesLeft -= 1;
    this.inOrder(from, send);
  }

  /** Has something done when the delay is over, and all that its side said before it: a long way, not a narrow one. */
  private inOrder(from: Socket, act: () => void): void {
    const before = this.underWay.get(from);
    if (before === undefined && this.delayMs === 0) {
      act();
      return;
    }
    const done = Promise.all([before, delay(this.delayMs)]).then(() => {
      if (this.underWay.get(from) === done) this.underWay.delete(from);
      act();
    });
    this.underWay.set(from, done);
  }

  /** The other side of a lost connection does not hear that this one has ended. */
  private ended(link: Link, other: Socket | undefined): void {
    if (!link.lost) other?.destroySoon();
    if (link.sides.every((side) => side.destroyed)) this.links.delete(link);
  }

  private goOn(): void {
    this.piecesLeft = undefined;
    for (const send of this.held.splice(0)) send();
  }

  private break(link: Link): void {
    this.links.delete(link);
    link.lost = true;
    for (const side of link.sides) side.resetAndDestroy();
  }
}
