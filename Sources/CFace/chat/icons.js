// Signs on buttons that no character stands for.

import { el } from './dom.js';

const icon = (...lines) => el('svg', { class: 'icon', viewBox: '0 0 24 24', 'aria-hidden': 'true' },
  lines.map((d) => el('path', { d })));

export const pictureIcon = () => icon(
  'M5 4h14a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z', 'M3.5 17l5-5 4 4 3-3 5 5',
  'M15.5 9.5a1 1 0 1 0 0-2 1 1 0 0 0 0 2z');
export const microphoneIcon = () => icon(
  'M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3z', 'M5.5 11a6.5 6.5 0 0 0 13 0', 'M12 17.5V21');
export const playIcon = () => icon('M7 4.5l12 7.5-12 7.5z');
export const pauseIcon = () => icon('M8 5v14', 'M16 5v14');
export const fileIcon = () => icon('M14 3H7a1 1 0 0 0-1 1v16a1 1 0 0 0 1 1h10a1 1 0 0 0 1-1V7z', 'M14 3v4h4');
export const clipIcon = () => icon(
  'M19.5 11.5l-7.6 7.6a4.6 4.6 0 0 1-6.5-6.5l8-8a3.1 3.1 0 0 1 4.4 4.4l-8 8a1.6 1.6 0 0 1-2.2-2.2l7.2-7.2');
export const copyIcon = () => icon(
  'M10 8h9a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1V9a1 1 0 0 1 1-1z',
  'M5 16a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1h9a1 1 0 0 1 1 1');
