// The first module: whoever has no token is asked for one.

import { get, whenStranger } from './api.js';
import { showFrame, closeFrame } from './frame.js';
import { session } from './session.js';
import { showSignIn } from './signin.js';
import { language } from './words.js';

document.documentElement.lang = language() === 'zh' ? 'zh-CN' : 'en';

function leave(text) {
  session.close();
  closeFrame();
  showSignIn(enter, text);
}

async function enter() {
  // An older node has no such page.
  session.scopes = await get('/admin/v1/token').then(({ scopes }) => scopes, () => null);
  if (session.token) showFrame(() => leave());
}

whenStranger(leave);
if (session.token) enter();
else showSignIn(enter);
