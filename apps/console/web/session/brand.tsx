import type { ReactNode } from 'react';

export const Brand = (): ReactNode => (
  <span className="brand">
    <img src="/favicon.svg" alt="" />
    Portcullis
  </span>
);
