import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { App } from './app.js';
import { applyTheme } from './personal/personal.js';
import { mayReload } from './ui/may-reload.js';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';

applyTheme();
// after an update, parts of the pages that were not loaded yet are gone: the new ones are loaded instead
window.addEventListener('vite:preloadError', () => {
  if (navigator.onLine && mayReload(sessionStorage, Date.now())) window.location.reload();
});

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no place for the console');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
