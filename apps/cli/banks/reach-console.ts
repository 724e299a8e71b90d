import { connectConsole, type ReachOptions } from '../connect-console.js';
import { ConsoleClient } from './console-client.js';

/** @throws StartRefused when there is no key */
export const reachConsole = async (options: ReachOptions): Promise<ConsoleClient> =>
  new ConsoleClient(await connectConsole(options));
