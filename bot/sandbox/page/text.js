// A message's text as DOM nodes. Entity offsets are UTF-16 units, as are those of JavaScript strings.
// Nothing from a message is ever read as HTML.

const WRAPPERS = {
  bold: 'strong', italic: 'em', underline: 'u', strikethrough: 's', code: 'code', pre: 'pre',
  blockquote: 'blockquote', expandable_blockquote: 'blockquote',
};
const BLOCKS = new Set(['pre', 'blockquote', 'expandable_blockquote']);

/** Return a fragment with `text` and its entities; `onCommand` is called with a clicked bot command. */
export function renderText(text, entities, onCommand) {
  const sorted = [...(entities || [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const fragment = document.createDocumentFragment();
  fill(fragment, text, sorted, 0, text.length, onCommand);
  return fragment;
}

function fill(parent, text, entities, from, to, onCommand) {
  let at = from;
  let index = 0;
  while (index < entities.length) {
    const entity = entities[index];
    const start = Math.max(entity.offset, at);
    const end = Math.min(entity.offset + entity.length, to);
    if (end <= start) { index += 1; continue; }
    if (start > at) parent.append(text.slice(at, start));
    const inner = [];
    const rest = [];
    for (const other of entities.slice(index + 1)) {
      if (other.offset < end) inner.push(other);
      if (other.offset + other.length > end) rest.push(other);
    }
    const node = wrap(entity, text.slice(start, end), onCommand);
    if (!node.dataset.whole) fill(node, text, inner, start, end, onCommand);
    parent.append(node);
    at = end;
    if (BLOCKS.has(entity.type) && text[at] === '\n') at += 1;
    entities = rest;
    index = 0;
  }
  if (at < to) parent.append(text.slice(at, to));
}

function wrap(entity, text, onCommand) {
  const { type } = entity;
  if (type === 'text_link') return link(entity.url);
  if (type === 'url') return link(/^[a-z]+:\/\//i.test(text) ? text : `http://${text}`);
  if (type === 'email') return link(`mailto:${text}`);
  if (type === 'mention') return link(`https://t.me/${text.slice(1)}`);
  if (type === 'bot_command') return command(text, onCommand);
  if (type === 'date_time') return localTime(entity, text);
  const node = document.createElement(WRAPPERS[type] || 'span');
  if (type === 'spoiler') reveal(node, 'spoiler');
  if (type === 'expandable_blockquote') reveal(node, 'folded');
  return node;
}

/** Hide a node's content behind a class until it is clicked. */
function reveal(node, name) {
  node.classList.add(name);
  node.tabIndex = 0;
  const open = () => node.classList.toggle(name === 'folded' ? 'unfolded' : 'shown');
  node.addEventListener('click', (event) => { if (!event.target.closest('a')) open(); });
  node.addEventListener('keydown', (event) => { if (event.key === 'Enter') open(); });
}

function link(address) {
  const node = document.createElement('a');
  if (/^(https?|tg|mailto):/i.test(address)) {
    node.href = address;
    node.title = address;
    node.target = '_blank';
    node.rel = 'noopener noreferrer';
  }
  return node;
}

function command(text, onCommand) {
  const node = document.createElement('button');
  node.type = 'button';
  node.className = 'command';
  node.addEventListener('click', () => onCommand(text));
  return node;
}

/** The reader's own time, as Telegram shows a <tg-time>: r relative, w weekday, d/D date, t/T time. */
function localTime(entity, fallback) {
  const node = document.createElement('time');
  const date = new Date(entity.unix_time * 1000);
  const format = entity.date_time_format || '';
  const options = {};
  if (/w/i.test(format)) options.weekday = 'short';
  if (format.includes('d')) Object.assign(options, { day: 'numeric', month: 'short' });
  if (format.includes('D')) Object.assign(options, { day: 'numeric', month: 'long', year: 'numeric' });
  if (/t/i.test(format)) Object.assign(options, { hour: '2-digit', minute: '2-digit' });
  if (format.includes('T')) options.second = '2-digit';
  let shown = fallback;
  if (/^r$/i.test(format)) shown = relative(date);
  else if (Object.keys(options).length) shown = date.toLocaleString(undefined, options);
  node.dateTime = date.toISOString();
  node.title = date.toLocaleString();
  node.dataset.whole = 'true';
  node.textContent = shown;
  return node;
}

function relative(date) {
  const minutes = Math.round((date - Date.now()) / 60000);
  const words = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });
  if (Math.abs(minutes) < 60) return words.format(minutes, 'minute');
  if (Math.abs(minutes) < 1440) return words.format(Math.round(minutes / 60), 'hour');
  return words.format(Math.round(minutes / 1440), 'day');
}
