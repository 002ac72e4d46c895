// The engine for all tabs of a browser, in a worker that they share.

import { Engine } from './engine.js';

const engine = new Engine();

self.onconnect = ({ ports: [port] }) => {
  const tell = (event) => port.postMessage(event);
  port.onmessage = ({ data }) => engine.wish(tell, data);
  engine.add(tell);
};
