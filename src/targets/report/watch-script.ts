/** What a page that is served runs to stay up to date: it asks its own server, and nobody else. */

/** Where the server has the script, and where it says that the page has changed. */
export const SCRIPT_PATH = '/watch.js';
export const EVENTS_PATH = '/events';
/** Of the line that says whether the server is still there. */
export const STATUS_ID = 'status';

/** Sections that are as they were stay where they are, so that nobody loses the place or the focus. */
export const WATCH_SCRIPT = `'use strict';
const status = document.getElementById('${STATUS_ID}');
const events = new EventSource('${EVENTS_PATH}');

function exchange(old, fresh) {
  if (!old.isEqualNode(fresh)) old.replaceWith(fresh);
}

function exchangeSections(fresh) {
  const main = document.querySelector('main');
  const [before, after] = [[...main.children], [...fresh.querySelector('main').children]];
  const ids = (sections) => sections.map(({ id }) => id).join();
  if (ids(before) === ids(after)) before.forEach((section, index) => exchange(section, after[index]));
  else main.replaceChildren(...after);
}

async function update() {
  const answer = await fetch('/');
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  for (const part of ['h1', '.lead', 'nav']) {
    exchange(document.querySelector(part), fresh.querySelector(part));
  }
  exchangeSections(fresh);
}

let waiting = false;
let busy = false;
async function followed() {
  waiting = true;
  if (busy) return;
  busy = true;
  while (waiting) {
    waiting = false;
    await update().catch(() => {});
  }
  busy = false;
}

events.onmessage = followed;
events.onopen = () => {
  status.textContent = 'This page follows the project.';
};
events.onerror = () => {
  status.textContent = 'Nobody answers: "tinyml report --watch" has ended.';
};
`;
