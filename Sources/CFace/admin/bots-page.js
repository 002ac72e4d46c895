// Bots: users that are programs. Which there are, and new ones.

import { post } from './api.js';
import { openBot } from './bot-sheet.js';
import { show } from './dialog.js';
import { button, el, mark, write } from './dom.js';
import { form } from './form.js';
import { departmentChoices } from './people.js';
import { needs } from './rights.js';
import { say } from './say.js';
import { pagedTable } from './table.js';
import { t } from './words.js';

export function botsPage(main) {
  const list = pagedTable(t('Bots'), [
    { title: t('Name'), make: (bot) => link(bot, list.load) },
    { title: t('Nick'), text: (bot) => bot.nick },
    { title: t('State'), make: state },
    { title: t('Number'), kind: 'num', text: (bot) => bot.id },
  ], (bot) => bot.id, '/admin/v1/bots', () => ({}), t('There are no bots yet.'));
  main.append(
    el('div', { class: 'tools' },
      el('p', { class: 'dim lead' },
        t('A bot is a user that is a program: it writes and reads with a token, and has no password.')),
      button(t('New bot…'), () => make(list.load), { class: 'main', ...needs('write') })),
    list.element);
  list.load();
}

function link(first, changed) {
  let bot = first;
  const element = button(bot.name, () => openBot(bot, changed), { class: 'link' });
  return {
    element,
    update(item) {
      bot = item;
      write(element, bot.name);
    },
  };
}

function state() {
  const element = el('span', { class: 'badge' });
  return {
    element,
    update(bot) {
      write(element, t(bot.state));
      mark(element, 'data-tone', bot.state === 'active' ? 'good' : 'gone');
    },
  };
}

async function make(done) {
  const departments = await departmentChoices(t('none')).catch(() => [[0, t('none')]]);
  const { element } = form([
    { name: 'name', label: t('Name'), required: true, max: 64 },
    { name: 'nick', label: t('Nick'), max: 64, hint: t('What others see; the name if empty.') },
    { name: 'department_id', label: t('Department'), kind: 'select', value: 0, options: departments },
  ], t('Make bot'), async ({ name, nick, department_id: department }, key) => {
    const bot = await post('/admin/v1/bots', {
      name, department_id: Number(department), ...(nick ? { nick } : {}),
    }, key);
    dialog.close();
    say(t('Bot “{name}” is made.', bot));
    done();
    openBot(bot, done);
  }, { cancel: () => dialog.close() });
  const dialog = show(t('New bot'), 'small', element);
}
