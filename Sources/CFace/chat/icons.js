// Signs on buttons that no character stands for.

import { button, el } from './dom.js';

const icon = (...lines) => el('svg', { class: 'icon', viewBox: '0 0 24 24', 'aria-hidden': 'true' },
  lines.map((d) => el('path', { d })));

/** A button with a sign and no text. - kind: one more class. */
export const tool = (sign, text, action, kind = '') =>
  button(sign, action, { class: `quiet ${kind}`, 'aria-label': text, title: text });

export const pictureIcon = () => icon(
  'M5 4h14a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z', 'M3.5 17l5-5 4 4 3-3 5 5',
  'M15.5 9.5a1 1 0 1 0 0-2 1 1 0 0 0 0 2z');
export const microphoneIcon = () => icon(
  'M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3z', 'M5.5 11a6.5 6.5 0 0 0 13 0', 'M12 17.5V21');
export const smileIcon = () => icon(
  'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z', 'M8.5 14a4.2 4.2 0 0 0 7 0', 'M9 9.4v.2', 'M15 9.4v.2');
export const sendIcon = () => icon('M12 19.5v-15', 'M5.5 11L12 4.5l6.5 6.5');
export const shakeIcon = () => icon(
  'M8.5 4.5h7a1 1 0 0 1 1 1v13a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1v-13a1 1 0 0 1 1-1z', 'M4.5 8.5v7', 'M19.5 8.5v7',
  'M1.8 10.5v3', 'M22.2 10.5v3');
export const newGroupIcon = () => icon(
  'M9.5 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z', 'M3 19.5a6.5 6.5 0 0 1 13 0', 'M19 8v6', 'M16 11h6');
export const backIcon = () => icon('M15 5l-7 7 7 7');
export const playIcon = () => icon('M7 4.5l12 7.5-12 7.5z');
export const pauseIcon = () => icon('M8 5v14', 'M16 5v14');
export const fileIcon = () => icon('M14 3H7a1 1 0 0 0-1 1v16a1 1 0 0 0 1 1h10a1 1 0 0 0 1-1V7z', 'M14 3v4h4');
export const clipIcon = () => icon(
  'M19.5 11.5l-7.6 7.6a4.6 4.6 0 0 1-6.5-6.5l8-8a3.1 3.1 0 0 1 4.4 4.4l-8 8a1.6 1.6 0 0 1-2.2-2.2l7.2-7.2');
export const copyIcon = () => icon(
  'M10 8h9a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1V9a1 1 0 0 1 1-1z',
  'M5 16a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1h9a1 1 0 0 1 1 1');
export const phoneIcon = () => icon(
  'M5 3.5h3.2a1 1 0 0 1 1 .8l.7 3.4a1 1 0 0 1-.3 1L7.8 10.4a13 13 0 0 0 5.8 5.8l1.7-1.8a1 1 0 0 1 1-.3l3.4.7'
  + 'a1 1 0 0 1 .8 1V19a1.6 1.6 0 0 1-1.7 1.6A16.6 16.6 0 0 1 3.4 5.2 1.6 1.6 0 0 1 5 3.5z');
export const hangUpIcon = () => icon(
  'M3 15.2v-2.1c0-3 4-5.1 9-5.1s9 2.1 9 5.1v2.1a1 1 0 0 1-1.2 1l-3.3-.7a1 1 0 0 1-.8-1v-2.1'
  + 'a12.5 12.5 0 0 0-7.4 0v2.1a1 1 0 0 1-.8 1l-3.3.7a1 1 0 0 1-1.2-1z');
export const cameraIcon = () => icon(
  'M4.5 6.5h9a1.5 1.5 0 0 1 1.5 1.5v8a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 3 16V8a1.5 1.5 0 0 1 1.5-1.5z',
  'M15 10.5l6-3v9l-6-3');
export const cameraOffIcon = () => icon(
  'M10 6.5h3.5A1.5 1.5 0 0 1 15 8v3.5', 'M15 10.5l6-3v9l-4-2', 'M14.6 17a1.5 1.5 0 0 1-1.1.5h-9'
  + 'A1.5 1.5 0 0 1 3 16V8a1.5 1.5 0 0 1 1.5-1.5', 'M4 3l16.5 18');
export const microphoneOffIcon = () => icon(
  'M9 9.5V11a3 3 0 0 0 4.8 2.4', 'M9.2 5a3 3 0 0 1 5.8 1v4.5', 'M5.5 11a6.5 6.5 0 0 0 10.7 5',
  'M18.5 11a6.5 6.5 0 0 1-.5 2.5', 'M12 17.5V21', 'M4 3l16.5 18');
export const screenIcon = () => icon(
  'M4.5 4.5h15A1.5 1.5 0 0 1 21 6v9.5a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 15.5V6a1.5 1.5 0 0 1 1.5-1.5z',
  'M8.5 20.5h7', 'M12 13.5V8', 'M9.5 10.2L12 7.7l2.5 2.5');
export const slidersIcon = () => icon(
  'M4 7h9', 'M17 7h3', 'M15 9.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z', 'M4 17h3', 'M11 17h9',
  'M9 19.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z');
export const pipIcon = () => icon(
  'M4.5 5h15A1.5 1.5 0 0 1 21 6.5V11', 'M3 6.5A1.5 1.5 0 0 1 4.5 5M3 6.5v11A1.5 1.5 0 0 0 4.5 19H10',
  'M13 14h8v5.5h-8z');
export const shrinkIcon = () => icon('M14 10l6-6', 'M14.5 4.5V10H20', 'M10 14l-6 6', 'M9.5 19.5V14H4');
export const growIcon = () => icon('M20 4l-6 6', 'M20 9V4h-5', 'M4 20l6-6', 'M4 15v5h5');
