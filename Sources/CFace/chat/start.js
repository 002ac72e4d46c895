// The first module: connects to the engine, and shows the door or what is behind it.

import { startAway } from './away.js';
import { startCalls } from './call.js';
import { frame } from './frame.js';
import { connect } from './host.js';
import { forget, hear, listen, model } from './model.js';
import { startNotices } from './notices.js';
import { door } from './signin.js';
import { refill } from './dom.js';
import { keepUp } from './versions.js';
import { language } from './words.js';

document.documentElement.lang = language() === 'zh' ? 'zh-CN' : 'en';

const app = document.getElementById('app');
let shown = null;

/** Whoever is not signed in, and was not before, stands at the door. */
function turn() {
  const wanted = model.state.phase === 'starting' ? null : model.state.me ? frame : door;
  if (wanted === shown) return;
  shown = wanted;
  if (wanted === door) forget();
  refill(app, wanted ? wanted() : []);
}

listen(['state'], turn);
startNotices();
startAway();
startCalls();
connect(hear);
keepUp(import.meta.url, {
  channel: new BroadcastChannel('grapevine versions'), history, now: Date.now, isHidden: () => document.hidden,
  whenTurned: (turned) => document.addEventListener('visibilitychange', turned), reload: () => location.reload(),
});
// The engine has forgotten a page that was left; a browser that takes it back as it was gets a deaf one.
addEventListener('pageshow', ({ persisted }) => { if (persisted) location.reload(); });
