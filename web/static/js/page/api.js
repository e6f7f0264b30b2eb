// Requests to /v1, with the key that was given, and what went wrong in plain words.
import { has } from './words.js';

const keyName = 'chuchu.key';
let memory = ''; // where the browser keeps nothing
const listeners = new Set();

// A Problem is why a request failed. Its words are {key, with} for words.js.
export class Problem extends Error {
  constructor(fields) {
    super(fields.detail || fields.code);
    this.code = fields.code;
    this.status = fields.status ?? 0;
    this.detail = fields.detail ?? '';
    this.requestId = fields.request_id ?? '';
    this.results = fields.results ?? [];
  }

  get words() {
    const key = 'problem.' + this.code;
    return has(key)
      ? { key, with: { detail: this.detail, request_id: this.requestId } }
      : { key: 'problem.other', with: { detail: this.detail || this.code } };
  }
}

// problemOf makes a Problem of whatever was thrown.
export function problemOf(error) {
  if (error instanceof Problem) return error;
  return new Problem({ code: error instanceof TypeError ? 'network' : 'other', detail: String(error?.message ?? error) });
}

// key returns the API key of this tab, '' without one.
export function key() {
  try {
    return sessionStorage.getItem(keyName) ?? memory;
  } catch {
    return memory;
  }
}

// setKey keeps a key for this tab alone; '' forgets it.
export function setKey(value) {
  memory = value;
  try {
    if (value) sessionStorage.setItem(keyName, value);
    else sessionStorage.removeItem(keyName);
  } catch {
    // memory has it
  }
}

// onUnauthorized calls a listener whenever the server asks for a key.
export function onUnauthorized(listener) {
  listeners.add(listener);
}

// headers are those of every request.
export function headers(more = {}) {
  const all = { ...more };
  if (key()) all.Authorization = 'Bearer ' + key();
  return all;
}

// open sends a request and returns the response, or throws a Problem. body is sent as
// JSON, a FormData as it is. An aborted one throws the AbortError of fetch.
export async function open(path, { method = 'GET', body, more = {}, signal } = {}) {
  const json = body !== undefined && !(body instanceof FormData);
  const response = await fetch(path, {
    method, signal, headers: headers(json ? { 'Content-Type': 'application/json', ...more } : more),
    body: json ? JSON.stringify(body) : body, credentials: 'omit',
  });
  if (response.ok) return response;
  throw notice(await readProblem(response));
}

// request sends a request and returns what is replied, null of an empty reply.
export async function request(path, options) {
  const response = await open(path, options);
  return response.status === 204 ? null : response.json();
}

// notice tells the listeners of a problem that a key would solve.
export function notice(problem) {
  if (problem.status === 401) for (const listener of listeners) listener(problem);
  return problem;
}

async function readProblem(response) {
  try {
    return new Problem({ status: response.status, ...(await response.json()) });
  } catch {
    return new Problem({ code: 'other', status: response.status, detail: response.status + ' ' + response.statusText });
  }
}

// query makes the part of an address behind the path; empty values are left out.
export function query(parameters) {
  const all = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== '') all.append(name, one);
    }
  }
  const text = all.toString();
  return text ? '?' + text : '';
}
