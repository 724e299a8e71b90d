/** Groups what comes into arrays of so many, the last of fewer. */
export async function* pagesOf<T>(things: AsyncIterable<T>, most: number): AsyncGenerator<T[]> {
  let page: T[] = [];
  for await (const thing of things) {
    page.push(thing);
    if (page.length < most) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
