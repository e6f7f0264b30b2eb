// Server-sent events by fetch: EventSource can send neither a body nor a key.
import { open, Problem } from './api.js';

const attempts = 6;
const firstWait = 400; // milliseconds; doubled each time

// follow hands each event to onEvent(name, data, id) until done or error has come.
//   start   {path, method, body}: the request that begins it
//   resume  () → the path that goes on with it, or null while it is not known
//   onBreak called when the connection is lost and taken up again
// It throws a Problem for what fails before the first event and for a stream that
// cannot be taken up, and AbortError when signal says so. The error event is an event.
export async function follow(start, { resume, onEvent, onBreak, signal }) {
  const state = { last: '', ended: false };
  const take = (event) => {
    if (event.id) state.last = event.id;
    if (!event.name) return;
    state.ended = event.name === 'done' || event.name === 'error';
    onEvent(event.name, JSON.parse(event.data), event.id);
  };
  let failure = await attempt(() => open(start.path, { ...start, more: { Accept: 'text/event-stream' }, signal }), take, state);
  for (let n = 0; !state.ended; n++) {
    const path = resume?.();
    if (!path || n === attempts || final(failure)) throw failure ?? lost();
    onBreak?.();
    await pause(firstWait * 2 ** n, signal);
    const had = state.last;
    const more = { Accept: 'text/event-stream', ...(had ? { 'Last-Event-ID': had } : {}) };
    failure = await attempt(() => open(path, { more, signal }), take, state);
    if (state.last !== had) n = 0;
  }
}

// attempt reads one response to its end. It returns what cut it off.
async function attempt(connect, take, state) {
  try {
    const response = await connect();
    if (response.status === 204) {
      state.ended = true;
      return null;
    }
    await read(response.body, take);
    return null;
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    return error;
  }
}

// final reports whether trying again is of no use: the server replied, and not with a
// fault of the moment.
function final(failure) {
  return failure instanceof Problem && failure.status !== 502 && failure.status !== 503 && failure.status !== 504 && failure.status !== 429;
}

function lost() {
  return new Problem({ code: 'network', detail: 'the stream was cut' });
}

function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(new DOMException('aborted', 'AbortError'));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
  });
}

async function read(body, take) {
  const parser = new Parser(take);
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    parser.push(value);
  }
}

// A Parser reads the format of server-sent events,
// https://html.spec.whatwg.org/#parsing-an-event-stream, and hands on whole events.
export class Parser {
  constructor(take) {
    this.take = take;
    this.rest = '';
    this.event = { id: '', name: '', data: '' };
  }

  push(text) {
    const lines = (this.rest + text).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop();
    for (const line of lines) this.line(line);
  }

  line(line) {
    if (line === '') {
      if (this.event.data) this.take({ ...this.event, data: this.event.data.slice(0, -1) });
      this.event = { id: '', name: '', data: '' };
      return;
    }
    const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line);
    switch (field) {
      case 'id': this.event.id = value; break;
      case 'event': this.event.name = value; break;
      case 'data': this.event.data += value + '\n'; break;
    }
  }
}
