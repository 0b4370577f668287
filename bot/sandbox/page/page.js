// The chat page: asks for the state whenever the world changes and draws it anew where it differs.
import { renderText } from '/text.js';

const $ = (id) => document.getElementById(id);
const make = (tag, className = '', text = '') => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
};
const KINDS = { private: 'bot', group: 'group', supergroup: 'group', channel: 'channel' };

const chosen = { person: null, chat: null, topic: null };
let state = null;
let drawn = '';

async function ask(path, body) {
  const options = body && { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(path, options);
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

async function refresh() {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(chosen)) if (value !== null) query.set(name, value);
  const fresh = await ask(`/page/state?${query}`);
  if (!fresh.people.length) return;
  state = fresh;
  chosen.person = state.person;
  chosen.chat = state.conversation.id;
  draw();
}

function choose(changes) {
  Object.assign(chosen, changes);
  drawn = '';
  closeMenu();
  location.hash = [chosen.person, chosen.chat, chosen.topic].filter((part) => part !== null).join('/');
  return refresh();
}

function draw() {
  drawPeople();
  drawChats();
  drawTalk();
}

function drawPeople() {
  $('people').replaceChildren(...state.people.map((person) => {
    const button = make('button', 'chip', person.name);
    button.type = 'button';
    button.setAttribute('aria-pressed', String(person.id === chosen.person));
    button.addEventListener('click', () => choose({ person: person.id, chat: null, topic: null }));
    return button;
  }));
}

function drawChats() {
  $('chats').replaceChildren(...state.chats.map((chat) => {
    const row = make('button', 'row');
    row.type = 'button';
    if (chat.id === chosen.chat) row.setAttribute('aria-current', 'true');
    const names = make('span', 'names');
    const head = make('span', 'head');
    head.append(make('b', '', chat.title), make('time', '', chat.date ? clock(chat.date) : ''));
    names.append(head, make('span', 'last', chat.last || KINDS[chat.type]));
    row.append(face(chat), names);
    row.addEventListener('click', () => {
      document.body.classList.add('talking');
      choose({ chat: chat.id, topic: null });
    });
    return row;
  }));
}

function face(chat) {
  const node = make('span', 'face', initials(chat.title));
  node.dataset.hue = String(Math.abs(chat.id) % 6);
  return node;
}

const initials = (name) => name.split(/\s+/).slice(0, 2).map((word) => [...word][0] || '').join('').toUpperCase();
const clock = (unix) => new Date(unix * 1000).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });

function drawTalk() {
  const chat = state.chats.find((one) => one.id === chosen.chat);
  const talk = state.conversation;
  $('title').textContent = chat ? chat.title : '';
  $('subtitle').textContent = chat ? KINDS[chat.type] : '';
  if (chat) $('face').replaceWith(Object.assign(face(chat), { id: 'face' }));
  drawTopics(chat);
  $('composer').hidden = !talk.can_write;
  $('start').hidden = talk.ready;
  $('start').textContent = talk.started ? 'Unblock and restart' : 'Start';
  $('readonly').hidden = talk.can_write || !talk.ready;
  $('commands').hidden = !talk.commands.length;
  const content = JSON.stringify([talk, chosen.topic]);
  if (content === drawn) return;
  const list = $('messages');
  const atEnd = !drawn || list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  drawn = content;
  list.replaceChildren(...bubbles(talk));
  if (atEnd) list.scrollTop = list.scrollHeight;
}

function drawTopics(chat) {
  const topics = (chat && chat.topics) || [];
  $('topics').hidden = !topics.length;
  const all = [{ id: null, name: 'All' }, ...topics];
  $('topics').replaceChildren(...all.map((topic) => {
    const button = make('button', 'chip', topic.closed ? `${topic.name} (closed)` : topic.name);
    button.type = 'button';
    button.setAttribute('aria-pressed', String(topic.id === chosen.topic));
    button.addEventListener('click', () => choose({ topic: topic.id }));
    return button;
  }));
}

function bubbles(talk) {
  const nodes = [];
  let day = '';
  for (const message of talk.messages) {
    const date = new Date(message.date * 1000).toLocaleDateString(undefined, { day: 'numeric', month: 'long' });
    if (date !== day) nodes.push(make('p', 'note', date));
    day = date;
    nodes.push(message.service ? make('p', 'note', message.service) : kept(message));
  }
  if (!talk.messages.length) nodes.push(make('p', 'about', talk.about || 'Nothing was said here yet.'));
  return nodes;
}

const cache = new Map();
/** Reuse what did not change, so that unfolded quotes stay unfolded. */
function kept(message) {
  const key = `${chosen.person}/${message.chat.id}/${message.message_id}`;
  const content = JSON.stringify([message, chosen.topic]);
  const old = cache.get(key);
  if (old && old.content === content) return old.node;
  const node = bubble(message);
  cache.set(key, { content, node });
  return node;
}

function bubble(message) {
  const wrapper = make('article', message.mine ? 'message mine' : 'message');
  const box = make('div', 'bubble');
  const group = message.chat.type !== 'private';
  if (!message.mine && group) box.append(make('p', 'who', message.who));
  if (group && message.topic && chosen.topic === null) box.append(make('p', 'small', `# ${message.topic}`));
  if (message.forward_origin) box.append(make('p', 'small', `Forwarded from ${originName(message.forward_origin)}`));
  if (message.reply_to_message) {
    box.append(make('p', 'reply', (message.reply_to_message.text || 'Message').slice(0, 80)));
  }
  if (message.document) box.append(documentRow(message.document));
  const text = make('div', 'text');
  const entities = message.entities || message.caption_entities;
  text.append(renderText(message.text || message.caption || '', entities, (command) => sendText(command)));
  box.append(text, make('span', 'stamp', `${message.edit_date ? 'edited ' : ''}${clock(message.date)}`));
  wrapper.append(box);
  const rows = (message.reply_markup && message.reply_markup.inline_keyboard) || [];
  if (rows.length) wrapper.append(keyboard(message, rows));
  return wrapper;
}

const originName = (origin) => (origin.chat ? origin.chat.title : (origin.sender_user || {}).first_name || 'someone');

function documentRow(file) {
  const row = make('p', 'document');
  row.append(make('b', '', file.file_name), make('span', '', `${Math.max(1, Math.round(file.file_size / 1024))} KB`));
  return row;
}

function keyboard(message, rows) {
  const board = make('div', 'keyboard');
  for (const row of rows) {
    const line = make('div', 'keys');
    line.append(...row.map((button) => key(message, button)));
    board.append(line);
  }
  return board;
}

function key(message, button) {
  const node = make(button.url ? 'a' : 'button', `key ${button.style || ''}`.trim(), button.text);
  if (button.url) {
    if (/^(https?|tg):/i.test(button.url)) Object.assign(node, { href: button.url, target: '_blank', rel: 'noopener noreferrer' });
    node.classList.add('outside');
    return node;
  }
  node.type = 'button';
  node.addEventListener('click', () => (button.copy_text ? copy(button.copy_text.text) : press(node, message, button)));
  return node;
}

async function copy(text) {
  await navigator.clipboard.writeText(text);
  toast('Copied.');
}

async function press(node, message, button) {
  if (node.classList.contains('busy')) return;
  node.classList.add('busy');
  try {
    const answer = await ask('/page/press', { ...chosen, message: message.message_id, data: button.callback_data });
    if (answer.text && answer.show_alert) {
      $('alert').querySelector('p').textContent = answer.text;
      $('alert').showModal();
    } else if (answer.text) toast(answer.text);
  } catch (error) {
    toast(error.message);
  } finally {
    node.classList.remove('busy');
  }
}

let hiding = 0;
function toast(text) {
  $('toast').textContent = text;
  $('toast').hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => { $('toast').hidden = true; }, 3500);
}

async function sendText(text) {
  if (!text.trim()) return;
  try {
    await ask('/page/send', { ...chosen, text });
    $('messages').scrollTop = $('messages').scrollHeight;
  } catch (error) {
    toast(error.message);
  }
}

function closeMenu() { $('menu').hidden = true; }

function openMenu() {
  if (!$('menu').hidden) { closeMenu(); return; }
  $('menu').replaceChildren(...state.conversation.commands.map((command) => {
    const row = make('button', 'option');
    row.type = 'button';
    row.append(make('b', '', `/${command.command}`), make('span', '', command.description));
    row.addEventListener('click', () => { closeMenu(); sendText(`/${command.command}`); });
    return row;
  }));
  $('menu').hidden = false;
}

function grow() {
  const box = $('text');
  box.style.height = 'auto';
  box.style.height = `${Math.min(box.scrollHeight, 160)}px`;
}

$('composer').addEventListener('submit', (event) => {
  event.preventDefault();
  sendText($('text').value);
  $('text').value = '';
  grow();
});
$('text').addEventListener('input', grow);
$('text').addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    $('composer').requestSubmit();
  }
});
$('file').addEventListener('change', async () => {
  const [file] = $('file').files;
  if (file) await ask('/page/send', { ...chosen, file: file.name, text: await file.text() });
  $('file').value = '';
});
$('commands').addEventListener('click', openMenu);
$('start').addEventListener('click', () => ask('/page/start', chosen));
$('back').addEventListener('click', () => document.body.classList.remove('talking'));

const [person, chat, topic] = location.hash.slice(1).split('/').map((part) => (part ? Number(part) : null));
Object.assign(chosen, { person: person ?? null, chat: chat ?? null, topic: topic ?? null });
if (chat) document.body.classList.add('talking');

let waiting = false;
let again = false;
/** One request at a time; changes meanwhile ask once more. */
async function update() {
  if (waiting) { again = true; return; }
  waiting = true;
  try { await refresh(); } catch (error) { toast(error.message); }
  waiting = false;
  if (again) { again = false; update(); }
}
update();
new EventSource('/page/events').addEventListener('message', update);
