import { afterAll, beforeAll } from '@jest/globals';
import { Product, type ProductOptions } from './product.js';
import { describeQueues, type TestQueue } from './queues.js';

/** What a subject's tests have, from before their first hook until after their last one. */
export interface GivenProduct {
  readonly product: Product;
  readonly queue: TestQueue;
}

/** Describes the product twice: with its queue in PostgreSQL, and in Redis where there is one to test with. No service runs yet. */
export function describeProduct(
  subject: string,
  options: Omit<ProductOptions, 'redisUrl'>,
  body: (given: GivenProduct) => void,
): void {
  describeQueues(subject, (openQueue) => {
    let open: GivenProduct | undefined;
    const opened = (): GivenProduct => {
      if (open === undefined) throw new Error('the product is there from the first hook on');
      return open;
    };
    beforeAll(async () => {
      const queue = await openQueue();
      open = { queue, product: await Product.open({ ...options, redisUrl: queue.redisUrl }) };
    });
    body({
      get product() {
        return opened().product;
      },
      get queue() {
        return opened().queue;
      },
    });
    // after the body's own hooks, which may still use it
    afterAll(async () => {
      await open?.product.close();
      await open?.queue.stop();
    });
  });
}
